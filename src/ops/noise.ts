// The shared part of layers that disturb their input while training: masks that several elements share, and the options of rates.

import type { Builder, Value } from "../ir/builder.ts";
import type { OptionRecord } from "../ir/graph.ts";
import type { Size } from "../ir/size.ts";
import type { TensorType } from "../ir/types.ts";
import { bad, type Checked, type ExpandCall, type OptionDef, ok } from "./definition.ts";
import { inputOf } from "./layer.ts";
import { passesMask } from "./mask.ts";
import { maybeIntegers, numberOf } from "./options.ts";
import { andThen, known, oneInput } from "./shape.ts";
import { spatialShape } from "./sliding.ts";

export const rateOption = (doc: string): OptionDef => ({
  type: { kind: "float", min: 0, max: 1, openMax: true },
  required: true,
  doc,
});

export const noiseShapeOption: OptionDef = {
  type: { kind: "shape", anyOpen: true },
  optional: true,
  default: undefined,
  doc: "The shape of the mask, without the batch: along an axis of size 1 all elements share their fate, and `_` is the axis as it is. By default each element has its own.",
};

/** Returns the input's type if a mask of the option `noise_shape` fits it. */
export function maskFits(inputs: readonly TensorType[], options: OptionRecord): Checked<TensorType> {
  return andThen(oneInput(inputs, { atLeast: 0, text: "[...]" }), (x): Checked<TensorType> => {
    const sizes = maybeIntegers(options, "noise_shape");
    if (sizes === undefined) return ok(x);
    const rank = x.shape.length - 1;
    const wrong = (message: string): Checked<TensorType> => bad({ problem: "option", option: "noise_shape", message });
    if (sizes.length !== rank)
      return wrong(`it must have an entry for each axis of the input, ${rank}, and has ${sizes.length}`);
    const axis = sizes.findIndex((size, i) => size !== -1 && size !== 1 && size !== x.shape[i + 1]);
    if (axis < 0) return ok(x);
    // An open size is decided where the block is used.
    const size = x.shape[axis + 1];
    if (typeof size !== "number") return ok(x);
    return wrong(`entry ${axis + 1} is ${sizes[axis]}, but may be 1, ${size} or _`);
  });
}

/** Returns the shape of the mask for `x`. */
export function maskShape(x: Value, options: OptionRecord): readonly Size[] {
  const sizes = maybeIntegers(options, "noise_shape");
  const shape = x.type.shape;
  return sizes === undefined
    ? shape
    : [shape[0] ?? 1, ...sizes.map((size, i) => (size === 1 ? 1 : known(shape[i + 1])))];
}

/** Sets elements to 0 with the probability of the option `rate`, and scales the others up. */
export function dropOut(g: Builder, x: Value, shape: readonly Size[], call: ExpandCall): Value {
  const rate = numberOf(call.options, "rate");
  const drawn = g.random({ dtype: "f32", shape }, call.seed, call.step, call.stream);
  return g.select(g.map("ge", drawn, rate), g.mul(x, 1 / (1 - rate)), 0);
}

/** The shared part of SpatialDropout1D, 2D and 3D. */
export function spatialDropout(rank: number) {
  const shown = spatialShape(rank, "c");
  return {
    inputs: [{ name: "x", shape: shown }],
    output: shown,
    options: { rate: rateOption("The share of channels to drop.") },
    masks: passesMask,
    positional: ["rate"],
    trainingDiffers: true,
    shape: (inputs: readonly TensorType[]): Checked<TensorType> => oneInput(inputs, { rank: rank + 1, text: shown }),
    expand(g: Builder, call: ExpandCall): { readonly output: Value } {
      const x = inputOf(call);
      if (!call.training || numberOf(call.options, "rate") === 0) return { output: x };
      const shape = x.type.shape.map((size, axis) => (axis === 0 || axis === rank + 1 ? size : 1));
      return { output: dropOut(g, x, shape, call) };
    },
  };
}
