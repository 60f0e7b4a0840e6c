// Names inside a body: dimensions, parameters, values and layers are one set, and nothing is shadowed.

import type { Span } from "../../base/span.ts";
import type { Name } from "../../syntax/ast.ts";
import { type Env, kindWords, report } from "./environment.ts";
import type { Value } from "./values.ts";

export interface Binding {
  readonly name: string;
  /** `a value`, `a dimension`, `a parameter`, `a layer`. */
  readonly what: string;
  readonly value: Value;
  readonly span: Span;
  /** Where the value of a `let` is written. */
  readonly origin?: Span;
}

export interface Scope {
  readonly parent?: Scope;
  readonly names: Map<string, Binding>;
}

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
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) names.push(...at.names.keys());
  return names;
}

/** Gives a name its value; NN004 where the name is taken, here, further out, or in the file. */
export function declare(env: Env, name: Name, what: string, value: Value, origin?: Span): void {
  const taken = find(env.scope, name.text);
  const global = env.file.names.get(name.text);
  if (taken !== undefined)
    report(env, { code: "NN004", span: name.span, name: name.text, first: taken.span, what: taken.what });
  else if (global !== undefined)
    report(env, {
      code: "NN004",
      span: name.span,
      name: name.text,
      first: global.name.span,
      what: `a ${kindWords[global.kind]}`,
    });
  // The newer meaning serves the lines below better than the older one: they were written after it.
  env.scope.names.set(name.text, {
    name: name.text,
    what,
    value,
    span: name.span,
    ...(origin === undefined ? {} : { origin }),
  });
}
