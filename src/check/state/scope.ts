// Looks names up in the scopes of bodies. evaluate/declare.ts gives names their values, and reports names that are taken.

import { append } from "../../base/append.ts";
import type { Binding, Scope } from "./environment.ts";
import { isUnresolved } from "./resolved.ts";

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

/** Whether a name in sight stands for a tensor, or may stand for one. */
export function hasTensor(scope: Scope): boolean {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent)
    for (const { value } of at.names.values()) if (value.kind === "tensor" || isUnresolved(value)) return true;
  return false;
}

/** Returns every name in sight, for suggestions. */
export function namesInScope(scope: Scope): readonly string[] {
  const names: string[] = [];
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) append(names, at.names.keys());
  return names;
}
