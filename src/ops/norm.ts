// The shared parts of constraints: norms of weights along axes.

import type { Builder, Value } from "../ir/builder.ts";
import type { OptionRecord } from "../ir/graph.ts";
import type { Size } from "../ir/size.ts";
import type { OptionDef } from "./definition.ts";
import { EPSILON } from "./loss.ts";
import { numbers } from "./options.ts";

export const normAxis: OptionDef = {
  type: { kind: "numbers", single: true, whole: true },
  default: 0,
  doc: "The axis or axes of the weight along which norms are taken, from 0: 0 for Dense, [0, 1, 2] for Conv2D.",
};

const positions = (options: OptionRecord, rank: number): readonly number[] =>
  numbers(options, "axis").map((axis) => (axis < 0 ? axis + rank : axis));

/** Tells why a weight of this shape lacks an axis. */
export function axisMisfit(shape: readonly Size[], options: OptionRecord): string | undefined {
  const axes = positions(options, shape.length);
  const missing = axes.find((axis) => axis < 0 || axis >= shape.length);
  if (missing !== undefined) return `there is no axis ${missing}`;
  return new Set(axes).size < axes.length ? "it names an axis twice" : undefined;
}

/** Returns the norms along the option `axis`, with these axes of size 1. */
export const norms = (g: Builder, weight: Value, options: OptionRecord): Value =>
  g.map("sqrt", g.sum(g.map("square", weight), positions(options, weight.type.shape.length), true));

/** Brings the weight from its norms to others. */
export const withNorms = (g: Builder, weight: Value, norms: Value, desired: Value | number): Value =>
  g.mul(weight, g.div(desired, g.add(norms, EPSILON)));
