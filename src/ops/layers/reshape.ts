import type { OptionRecord } from "../../ir/graph.ts";
import type { TensorType } from "../../ir/types.ts";
import { type Checked, defineLayer, ok } from "../definition.ts";
import { anyType } from "../elementwise.ts";
import { inputOf } from "../layer.ts";
import { filled, withInner } from "../moving.ts";
import { integers } from "../options.ts";
import { accepted, andThen, oneInput } from "../shape.ts";

const reshaped = (x: TensorType, options: OptionRecord): Checked<TensorType> =>
  andThen(filled(x, integers(options, "target_shape")), (inner) => ok(withInner(x, inner)));

export const reshape = defineLayer({
  name: "Reshape",
  nature: "passes",
  summary: "Gives the elements another shape, in row-major order.",
  inputs: [{ name: "x", shape: "[...]" }],
  output: "target_shape",
  options: {
    target_shape: {
      type: { kind: "shape" },
      required: true,
      doc: "The new shape; one entry may be `_`, and nnc computes it.",
    },
  },
  positional: ["target_shape"],
  shape: (inputs, options) =>
    andThen(oneInput(inputs, { takes: anyType, atLeast: 0, text: "[...]" }), (x) => reshaped(x, options)),
  expand(g, call) {
    const x = inputOf(call);
    return { output: g.reshape(x, accepted(reshaped(x.type, call.options)).shape) };
  },
  examples: [
    { nn: "Reshape([4, 4, 2])", type: "f32[32] -> f32[4, 4, 2]" },
    { nn: "Reshape([2, 3])", type: "i32[6] -> i32[2, 3]" },
    { nn: "Reshape([2, _])", type: "f32[3, 4] -> f32[2, 6]" },
  ],
  source: "https://keras.io/api/layers/reshaping_layers/reshape/",
});
