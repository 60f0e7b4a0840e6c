// The shared parts of regularizers: sums over all elements, and options for factors.

import type { Builder, Value } from "../ir/builder.ts";
import type { OptionDef } from "./definition.ts";

const everyAxis = (x: Value): readonly number[] => x.type.shape.map((_, i) => i);

/** Adds up all elements. */
export const total = (g: Builder, x: Value): Value => g.sum(x, everyAxis(x));

export const factorOption = (fallback: number, doc: string): OptionDef => ({
  type: { kind: "float", min: 0 },
  default: fallback,
  doc,
});
