import type { OptionRecord } from "../../ir/graph.ts";
import type { TensorType } from "../../ir/types.ts";
import { bad, type Checked, defineFunction, ok } from "../definition.ts";
import { functionInput, functionValue } from "../elementwise.ts";
import { realTransform } from "../fourier.ts";
import { openSize, part } from "../moving.ts";
import { maybeNumber } from "../options.ts";
import { andThen, innerShape, twoAlike } from "../shape.ts";

const lengthOf = (x: TensorType, options: OptionRecord): number =>
  maybeNumber(options, "fft_length") ?? Number(x.shape.at(-1));

const typeOf = (inputs: readonly TensorType[], options: OptionRecord): Checked<TensorType> =>
  andThen(functionInput(inputs), (x) => {
    if (innerShape(x).length === 0) return bad({ problem: "rank", input: 0, expected: [1], expectedText: "[..., n]" });
    const frequencies = Math.floor(lengthOf(x, options) / 2) + 1;
    return openSize(x) ?? ok({ dtype: "f32", shape: x.shape.with(-1, frequencies) });
  });

export const rfft = defineFunction({
  name: "rfft",
  summary: "The Fourier transform of real rows: two results, the real and the imaginary part of n / 2 + 1 frequencies.",
  inputs: [{ name: "x", shape: "[..., n]" }],
  output: "[..., n / 2 + 1], [..., n / 2 + 1]",
  options: {
    fft_length: {
      type: { kind: "int", min: 1 },
      optional: true,
      default: undefined,
      doc: "The length of the rows: longer ones are cut, shorter ones go on with zeros. By default they stay.",
    },
  },
  positional: ["fft_length"],
  ...twoAlike(typeOf),
  expand(g, call) {
    const x = functionValue(g, call);
    const [size, length] = [Number(x.type.shape.at(-1)), lengthOf(x.type, call.options)];
    const last = x.type.shape.length - 1;
    const along = (amount: number): readonly number[] => x.type.shape.map((_, i) => (i === last ? amount : 0));
    const rows = length <= size ? part(g, x, last, 0, length) : g.pad(x, along(0), along(length - size));
    const made = realTransform(g, rows, Math.floor(length / 2) + 1);
    return { output: made.real, more: [made.imaginary] };
  },
  examples: [
    { nn: "rfft", type: "f32[2, 6] -> f32[2, 4], f32[2, 4]" },
    { nn: "rfft(5)", type: "f32[3] -> f32[3], f32[3]" },
  ],
  source: "https://keras.io/api/ops/fft/#rfft-function",
});
