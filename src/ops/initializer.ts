// Makes the distributions of initializers from uniform numbers, and computes the fans of a weight's shape.

import type { Builder, Value } from "../ir/builder.ts";
import type { OptionRecord } from "../ir/graph.ts";
import type { Size } from "../ir/size.ts";
import { tensor } from "../ir/types.ts";
import type { OptionDef } from "./definition.ts";
import { clip } from "./elementwise.ts";
import { maybeIntegers } from "./options.ts";
import { axisPosition, positionOf } from "./shape.ts";

/** The largest float32 below 1. It keeps normal variates finite (within 5.5 standard deviations). */
const BELOW_ONE = 1 - 2 ** -24;
/** The chance that a standard normal variate lies between -2 and 2. */
const WITHIN_TWO = 0.9544997361036416;
/** The standard deviation of a standard normal variate that is cut off at -2 and 2. */
export const TRUNCATED_DEVIATION = 0.87962566103423978;

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

const fanOption = (which: string): OptionDef => ({
  type: { kind: "axes", of: "weight" },
  optional: true,
  default: undefined,
  doc: `The axes of the weight whose sizes count its ${which}, together with the other option. By default the last axis counts the outputs and the one before it the inputs, both times the window before them.`,
});
const fanNames = ["input_axes", "output_axes"] as const;
export const fanOptions: Readonly<Record<(typeof fanNames)[number], OptionDef>> = {
  input_axes: fanOption("inputs"),
  output_axes: fanOption("outputs"),
};

/** Names an axis that the weight lacks. */
export function fanMisfit(shape: readonly Size[], options: OptionRecord): string | undefined {
  for (const name of fanNames) {
    const wrong = maybeIntegers(options, name)?.find((axis) => axisPosition(axis, shape.length) === undefined);
    if (wrong !== undefined)
      return `${name} has axis ${wrong < 0 ? wrong : wrong + 1}, but the weight has ${shape.length} ${shape.length === 1 ? "axis" : "axes"}`;
  }
  return undefined;
}

/** Counts the inputs and outputs that a weight of this shape connects; a kernel's window counts for both. */
function fans(shape: readonly number[], options: OptionRecord): { readonly fanIn: number; readonly fanOut: number } {
  const [inputs, outputs] = fanNames.map((name) => maybeIntegers(options, name));
  const count = (axes: readonly number[]): number =>
    axes.reduce((all, axis) => all * (shape[positionOf(axis, shape.length)] ?? 1), 1);
  if (inputs !== undefined && outputs !== undefined) return { fanIn: count(inputs), fanOut: count(outputs) };
  if (shape.length < 2) return { fanIn: shape[0] ?? 1, fanOut: shape[0] ?? 1 };
  const window = shape.slice(0, -2).reduce((count, size) => count * size, 1);
  return { fanIn: window * (shape[shape.length - 2] ?? 1), fanOut: window * (shape[shape.length - 1] ?? 1) };
}

export type FanMode = "fan_in" | "fan_out" | "fan_avg";
export type Distribution = "uniform" | "truncated_normal" | "untruncated_normal";

/** Returns `scale` divided by the fan. */
export function scaledVariance(
  shape: readonly number[],
  { scale, mode }: { readonly scale: number; readonly mode: FanMode },
  options: OptionRecord,
): number {
  const { fanIn, fanOut } = fans(shape, options);
  return scale / Math.max(1, { fan_in: fanIn, fan_out: fanOut, fan_avg: (fanIn + fanOut) / 2 }[mode]);
}

/** Makes variates whose variance is `scale` divided by the fan. */
export function scaled(
  g: Builder,
  shape: readonly number[],
  drawn: Value,
  { scale, mode, distribution }: { scale: number; mode: FanMode; distribution: Distribution },
  options: OptionRecord,
): Value {
  const variance = scaledVariance(shape, { scale, mode }, options);
  if (distribution === "uniform") {
    const limit = Math.sqrt(3 * variance);
    return uniform(g, drawn, -limit, limit);
  }
  if (distribution === "untruncated_normal") return normal(g, drawn, 0, Math.sqrt(variance));
  return truncatedNormal(g, drawn, 0, Math.sqrt(variance) / TRUNCATED_DEVIATION);
}

/** The shared part of initializers that are fixed cases of variance scaling. */
export const variance = (scale: number, mode: FanMode, distribution: Distribution) => ({
  options: fanOptions,
  positional: [],
  misfit: fanMisfit,
  expand: (g: Builder, shape: readonly number[], options: OptionRecord, random: (salt: number) => Value): Value =>
    scaled(g, shape, random(0), { scale, mode, distribution }, options),
});

/** Returns the same number everywhere. */
export const filled = (g: Builder, shape: readonly number[], value: number): Value =>
  g.constant(value, tensor("f32", ...shape));
