// Makes the distributions of initializers from uniform numbers, and computes the fans of a weight's shape.

import type { Builder, Value } from "../ir/builder.ts";
import type { OptionRecord } from "../ir/graph.ts";
import { tensor } from "../ir/types.ts";
import { clip } from "./elementwise.ts";

/** The largest float32 below 1. It keeps normal variates finite (within 5.5 standard deviations). */
const BELOW_ONE = 1 - 2 ** -24;
/** The chance that a standard normal variate lies between -2 and 2. */
const WITHIN_TWO = 0.9544997361036416;
/** The standard deviation of a standard normal variate that is cut off at -2 and 2. */
const TRUNCATED_DEVIATION = 0.87962566103423978;

/** Stretches uniform numbers in [0, 1) to the range from `low` to `high`. */
export const uniform = (g: Builder, drawn: Value, low: number, high: number): Value =>
  g.add(g.mul(drawn, high - low), low);

/** Makes normal variates by the inverse of the distribution function. */
export function normal(g: Builder, drawn: Value, mean: number, deviation: number): Value {
  const centred = clip(g, uniform(g, drawn, -1, 1), -BELOW_ONE, BELOW_ONE);
  return g.add(g.mul(g.map("erfinv", centred), Math.SQRT2 * deviation), mean);
}

/** Makes normal variates within two deviations of the mean; `deviation` is the one before the cut. */
export function truncatedNormal(g: Builder, drawn: Value, mean: number, deviation: number): Value {
  const standard = g.mul(g.map("erfinv", uniform(g, drawn, -WITHIN_TWO, WITHIN_TWO)), Math.SQRT2);
  return g.add(g.mul(clip(g, standard, -2, 2), deviation), mean);
}

/** Counts the inputs and outputs that a weight of this shape connects; a kernel's window counts for both. */
export function fans(shape: readonly number[]): { readonly fanIn: number; readonly fanOut: number } {
  if (shape.length < 2) return { fanIn: shape[0] ?? 1, fanOut: shape[0] ?? 1 };
  const window = shape.slice(0, -2).reduce((count, size) => count * size, 1);
  return { fanIn: window * (shape[shape.length - 2] ?? 1), fanOut: window * (shape[shape.length - 1] ?? 1) };
}

export type FanMode = "fan_in" | "fan_out" | "fan_avg";
export type Distribution = "uniform" | "truncated_normal" | "untruncated_normal";

/** Makes variates whose variance is `scale` divided by the fan. */
export function scaled(
  g: Builder,
  shape: readonly number[],
  drawn: Value,
  { scale, mode, distribution }: { scale: number; mode: FanMode; distribution: Distribution },
): Value {
  const { fanIn, fanOut } = fans(shape);
  const fan = { fan_in: fanIn, fan_out: fanOut, fan_avg: (fanIn + fanOut) / 2 }[mode];
  const variance = scale / Math.max(1, fan);
  if (distribution === "uniform") {
    const limit = Math.sqrt(3 * variance);
    return uniform(g, drawn, -limit, limit);
  }
  if (distribution === "untruncated_normal") return normal(g, drawn, 0, Math.sqrt(variance));
  return truncatedNormal(g, drawn, 0, Math.sqrt(variance) / TRUNCATED_DEVIATION);
}

/** The shared part of initializers that are fixed cases of variance scaling. */
export const variance = (scale: number, mode: FanMode, distribution: Distribution) => ({
  options: {},
  positional: [],
  expand: (g: Builder, shape: readonly number[], _: OptionRecord, random: (salt: number) => Value): Value =>
    scaled(g, shape, random(0), { scale, mode, distribution }),
});

/** Returns the same number everywhere. */
export const filled = (g: Builder, shape: readonly number[], value: number): Value =>
  g.constant(value, tensor("f32", ...shape));
