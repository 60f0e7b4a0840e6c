import { defineFunction, ok } from "../definition.ts";
import { filled, movement, withInner } from "../moving.ts";
import { integers } from "../options.ts";
import { andThen } from "../shape.ts";

export const reshape = defineFunction({
  ...movement(
    (x, options) => andThen(filled(x, integers(options, "newshape")), (inner) => ok(withInner(x, inner))),
    (g, x, to) => g.reshape(x, to.shape),
  ),
  name: "reshape",
  nature: "passes",
  summary: "Gives the elements another shape, in row-major order.",
  output: "newshape",
  options: {
    newshape: {
      type: { kind: "shape" },
      required: true,
      doc: "The new shape of one sample; one entry may be `_`, and nnc computes it.",
    },
  },
  positional: ["newshape"],
  examples: [
    { nn: "reshape([4, 4, 2])", type: "f32[32] -> f32[4, 4, 2]" },
    { nn: "reshape([2, _])", type: "i32[3, 4] -> i32[2, 6]" },
  ],
  source: "https://keras.io/api/ops/numpy/#reshape-function",
});
