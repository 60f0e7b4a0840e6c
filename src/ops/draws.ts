// Random numbers that layers of augmentation draw while training: one for each sample, between two bounds.

import type { Builder, Value } from "../ir/builder.ts";
import type { OptionRecord } from "../ir/graph.ts";
import type { Size } from "../ir/size.ts";
import { streamOf } from "../ir/threefry.ts";
import { bad, type Checked, type ExpandCall, type OptionDef, ok } from "./definition.ts";
import { maybeNumber, numbers } from "./options.ts";
import { known } from "./shape.ts";

export const seedOption: OptionDef = {
  type: { kind: "int", min: 0 },
  optional: true,
  default: undefined,
  doc: "Layers of one kind with the same seed draw the same numbers for a row: so a picture and its mask change alike. By default each layer draws its own.",
};

/** The lowest and the highest number that a layer draws. */
export type Bounds = readonly [low: number, high: number];

export const factorOption = (doc: string, range: { readonly min?: number; readonly max?: number }): OptionDef => ({
  type: { kind: "numbers", single: true, ...range },
  required: true,
  doc,
});

/** Says what is wrong with an option that must hold one number or two; undefined if nothing is. */
export function pairProblem(options: OptionRecord, names: readonly string[]): Checked<never> | undefined {
  const option = names.find((name) => {
    const value = options[name];
    return Array.isArray(value) && value.length !== 2;
  });
  return option === undefined
    ? undefined
    : bad({
        problem: "option",
        option,
        message: `it must be one number or two, and has ${numbers(options, option).length}`,
      });
}

/** Goes on with a shape rule if each of the options holds one number or two. */
export const withPairs = <T>(options: OptionRecord, names: readonly string[], next: () => T): Checked<T> =>
  pairProblem(options, names) ?? ok(next());

/** A pair of numbers in order; a single number `f` is what `alone` makes of it, by default from -f to f. */
export function boundsOf(
  options: OptionRecord,
  name: string,
  alone: (factor: number) => Bounds = (factor) => [-Math.abs(factor), Math.abs(factor)],
): Bounds {
  const [first = 0, second] = numbers(options, name);
  if (second === undefined) return alone(first);
  return [Math.min(first, second), Math.max(first, second)];
}

/** What a draw depends on. */
export type DrawCall = Pick<ExpandCall, "inputs" | "options" | "seed" | "step" | "stream">;

/** The stream of one of a layer's draws: its own, or by its seed that of all layers of its kind. */
function streamFor(call: DrawCall, layer: string, what: string): number {
  const seed = maybeNumber(call.options, "seed");
  return streamOf(seed === undefined ? `${call.stream}/${what}` : `seed ${seed}/${layer}/${what}`);
}

/** Uniform numbers in [0, 1) of a shape. `what` tells the draws of one layer apart. */
export const drawUnit = (g: Builder, call: DrawCall, layer: string, what: string, shape: readonly Size[]): Value =>
  g.random({ dtype: "f32", shape }, call.seed, call.step, streamFor(call, layer, what));

/** A number for each sample: f32 with a batch axis. Bounds that are equal draw nothing. */
export function drawRow(g: Builder, call: DrawCall, layer: string, what: string, [low, high]: Bounds): Value {
  const shape = [call.inputs[0]?.type.shape[0] ?? 1];
  if (low === high) return g.constant(low, { dtype: "f32", shape });
  return g.add(g.mul(drawUnit(g, call, layer, what, shape), high - low), low);
}

/** Whether something happens to each sample, with a probability: bool with a batch axis. */
export function drawChance(g: Builder, call: DrawCall, layer: string, what: string, probability: number): Value {
  return g.map("lt", drawUnit(g, call, layer, what, [call.inputs[0]?.type.shape[0] ?? 1]), probability);
}

/** A number for each sample as a tensor of `rank` axes. */
export const perRow = (g: Builder, x: Value, rank: number): Value =>
  g.reshape(x, [x.type.shape[0] ?? 1, ...new Array<number>(rank - 1).fill(1)]);

/** The same whole number, of each sample, between 0 and before `count`. */
export const drawBelow = (g: Builder, call: DrawCall, layer: string, what: string, count: number): Value => {
  const drawn = g.map("floor", g.mul(drawUnit(g, call, layer, what, [call.inputs[0]?.type.shape[0] ?? 1]), count));
  return g.map("min", g.cast(drawn, "i32"), known(count) - 1);
};
