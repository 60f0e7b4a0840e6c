import type { OptionRecord } from "../../ir/graph.ts";
import type { TensorType } from "../../ir/types.ts";
import { bad, defineFunction, ok } from "../definition.ts";
import { movement } from "../moving.ts";
import { axesMissing, chosenAxes } from "../reducing.ts";

/** Where each axis of the result comes from. */
function order(x: TensorType, options: OptionRecord): readonly number[] {
  const [[a = 0], [b = 0]] = [chosenAxes(x, options, "axis1"), chosenAxes(x, options, "axis2")];
  return x.shape.map((_, axis) => (axis === a ? b : axis === b ? a : axis));
}

export const swapaxes = defineFunction({
  ...movement(
    (x, options) => {
      const missing = axesMissing(x, options, "axis1") ?? axesMissing(x, options, "axis2");
      if (missing !== undefined) return bad(missing);
      return ok({ dtype: x.dtype, shape: order(x, options).map((axis) => x.shape[axis] ?? 1) });
    },
    (g, x, _, options) => g.transpose(x, order(x.type, options)),
  ),
  name: "swapaxes",
  nature: "passes",
  summary: "Swaps two axes.",
  options: {
    axis1: { type: { kind: "axis" }, required: true, doc: "One of them." },
    axis2: { type: { kind: "axis" }, required: true, doc: "The other." },
  },
  positional: ["axis1", "axis2"],
  examples: [{ nn: "swapaxes(1, -1)", type: "f32[2, 3, 4] -> f32[4, 3, 2]" }],
  source: "https://keras.io/api/ops/numpy/#swapaxes-function",
});
