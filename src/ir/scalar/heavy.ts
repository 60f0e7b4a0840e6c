// The scalar functions that take several times as long as a multiplication: a value of one is kept rather than computed again.

import type { ScalarName } from "./names.ts";

const heavy: ReadonlySet<ScalarName> = new Set<ScalarName>([
  "div",
  "sqrt",
  "rsqrt",
  "exp",
  "expm1",
  "log",
  "log1p",
  "tanh",
  "sigmoid",
  "softplus",
  "erf",
  "erfinv",
  "sin",
  "cos",
  "tan",
  "atan",
  "pow",
]);

export const isHeavy = (name: ScalarName): boolean => heavy.has(name);
