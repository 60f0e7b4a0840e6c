import { bad, defineFunction, ok } from "../definition.ts";
import { copied, loopsOver, sizedMovement } from "../moving.ts";
import { numberOf } from "../options.ts";
import { innerShape } from "../shape.ts";

export const extractSequences = defineFunction({
  ...sizedMovement(
    (x, options) => {
      const [length, step] = [numberOf(options, "sequence_length"), numberOf(options, "sequence_stride")];
      if (innerShape(x).length === 0)
        return bad({ problem: "rank", input: 0, expected: [1], expectedText: "[..., n]" });
      const axis = x.shape.length - 1;
      const size = Number(x.shape[axis]);
      const count = Math.floor((size - length) / step) + 1;
      if (count < 1) return bad({ problem: "vanishes", axis, size, window: length, result: count });
      return ok({ dtype: x.dtype, shape: [...x.shape.slice(0, -1), count, length] });
    },
    (g, x, to, options) => {
      const { loops, access } = loopsOver(to.shape);
      const rank = to.shape.length;
      const step = numberOf(options, "sequence_stride");
      const along = { offset: 0, strides: { [`i${rank - 2}`]: step, [`i${rank - 1}`]: 1 } };
      return copied(g, x, { loops, shape: to.shape, write: access, read: [...access.slice(0, -2), along] });
    },
  ),
  name: "extract_sequences",
  summary: "Windows of one length along the last axis, a step apart.",
  inputs: [{ name: "x", shape: "[..., n]" }],
  output: "[..., windows, sequence_length]",
  options: {
    sequence_length: { type: { kind: "int", min: 1 }, required: true, doc: "The length of a window." },
    sequence_stride: { type: { kind: "int", min: 1 }, required: true, doc: "The distance from one to the next." },
  },
  positional: ["sequence_length", "sequence_stride"],
  examples: [{ nn: "extract_sequences(4, 2)", type: "f32[2, 9] -> f32[2, 3, 4]" }],
  source: "https://keras.io/api/ops/math/#extract_sequences-function",
});
