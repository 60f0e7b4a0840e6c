// Values that are read only if some indices are in range.

import type { Expr, Guard } from "../ir/loops.ts";

/** `value` behind guards. A load gets the guards itself. */
export function guard(value: Expr, guards: readonly Guard[], otherwise: number): Expr {
  if (guards.length === 0) return value;
  if (value.kind === "load" && (value.guards.length === 0 || value.otherwise === otherwise))
    return { ...value, guards: [...guards, ...value.guards], otherwise };
  return { kind: "guarded", guards, value, otherwise };
}
