// Looking names up in the scopes of bodies. What a name is given, and what is said where it is taken, is in
// evaluate/declare.ts.

import { append } from "../../base/append.ts";
import type { Binding, Scope } from "./environment.ts";

export const emptyScope = (parent?: Scope): Scope => ({
  names: new Map(),
  ...(parent === undefined ? {} : { parent }),
});

export function find(scope: Scope, name: string): Binding | undefined {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
    const found = at.names.get(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Every name in sight, for suggestions. */
export function namesInScope(scope: Scope): readonly string[] {
  const names: string[] = [];
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) append(names, at.names.keys());
  return names;
}
