// Random numbers that layers of augmentation draw while training: some for each sample, between bounds.

import type { Builder, Value } from "../ir/builder.ts";
import type { OptionRecord } from "../ir/graph.ts";
import type { Size } from "../ir/size.ts";
import { streamOf } from "../ir/threefry.ts";
import { type Bounds, bad, type Checked, type ExpandCall, type OptionDef } from "./definition.ts";
import { normal } from "./initializer.ts";
import { maybeNumber, numbers } from "./options.ts";

export type { Bounds };

export const seedOption: OptionDef = {
  type: { kind: "int", min: 0 },
  optional: true,
  default: undefined,
  doc: "Layers of one kind with the same seed draw the same numbers for a row: so a picture and its mask change alike. By default each layer draws its own.",
};

/** An option that holds one number or two. */
export const factorOption = (doc: string, [min, max]: Bounds): OptionDef => ({
  type: { kind: "numbers", single: true, min, max },
  required: true,
  doc,
});

/** The same with a default. */
export const factorWithDefault = (
  fallback: number | readonly number[],
  doc: string,
  [min, max]: Bounds,
): OptionDef => ({
  type: { kind: "numbers", single: true, min, max },
  default: fallback,
  doc,
});

/** Says what is wrong with options that must hold one number or two; undefined if nothing is. */
export function pairProblem(options: OptionRecord, names: readonly string[]): Checked<never> | undefined {
  const option = names.find((name) => {
    const value = options[name];
    return Array.isArray(value) && value.length !== 2;
  });
  if (option === undefined) return undefined;
  const message = `it must be one number or two, and has ${numbers(options, option).length}`;
  return bad({ problem: "option", option, message });
}

/** What a single number stands for: `f` for the numbers from -f to f, or from the least one that is allowed. */
export const around = (factor: number): Bounds => [-Math.abs(factor), Math.abs(factor)];
export const upTo =
  (least: number) =>
  (factor: number): Bounds => [least, factor];

/** A pair of numbers in order; a single number is what `alone` makes of it. */
export function boundsOf(options: OptionRecord, name: string, alone: (factor: number) => Bounds = around): Bounds {
  const [first = 0, second] = numbers(options, name);
  if (second === undefined) return alone(first);
  return [Math.min(first, second), Math.max(first, second)];
}

/** The draws of one layer in one call. `what` tells them apart. */
export interface Draws {
  /** Uniform numbers in [0, 1), f32: one for each sample, or of another shape. */
  unit(what: string, shape?: readonly Size[]): Value;
  /** Normal variates. */
  normal(what: string, shape: readonly Size[]): Value;
  /** A number for each sample, f32. Bounds that are equal draw nothing. */
  between(what: string, bounds: Bounds): Value;
  /** A whole number for each sample from 0 to before `count`, i32. */
  below(what: string, count: number): Value;
  /** Whether something happens to each sample, bool, with a probability that is itself drawn for each, as in Keras. */
  chance(what: string, probability: Bounds): Value;
  /** The draws of a part of the layer. */
  part(name: string): Draws;
}

/** Returns the draws of a layer of the kind `layer`. Those of a kind with the same seed are the same. */
export function drawsOf(
  g: Builder,
  call: Pick<ExpandCall, "inputs" | "options" | "seed" | "step" | "stream">,
  layer: string,
): Draws {
  const own = maybeNumber(call.options, "seed");
  const from = own === undefined ? String(call.stream) : `seed ${own}/${layer}`;
  const rows = [call.inputs[0]?.type.shape[0] ?? 1];
  const under = (path: string): Draws => {
    const unit = (what: string, shape: readonly Size[] = rows): Value =>
      g.random({ dtype: "f32", shape }, call.seed, call.step, streamOf(`${path}/${what}`));
    const between = (what: string, [low, high]: Bounds): Value =>
      low === high ? g.constant(low, { dtype: "f32", shape: rows }) : g.add(g.mul(unit(what), high - low), low);
    return {
      unit,
      between,
      normal: (what, shape) => normal(g, unit(what, shape), 0, 1),
      below: (what, count) => g.map("min", g.cast(g.map("floor", g.mul(unit(what), count)), "i32"), count - 1),
      chance: (what, probability) => g.map("lt", unit(what), between(`${what} probability`, probability)),
      part: (name) => under(`${path}/${name}`),
    };
  };
  return under(from);
}

/** A number for each sample as a tensor of `rank` axes. */
export const perRow = (g: Builder, x: Value, rank: number): Value =>
  g.reshape(x, [x.type.shape[0] ?? 1, ...new Array<number>(rank - 1).fill(1)]);

/** Takes the changed sample where something happens to it. */
export const where = (g: Builder, happens: Value, changed: Value, x: Value): Value =>
  g.select(perRow(g, happens, x.type.shape.length), changed, x);
