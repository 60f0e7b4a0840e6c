import type { OptionRecord } from "../../ir/graph.ts";
import type { TensorType } from "../../ir/types.ts";
import { bad, defineFunction, ok } from "../definition.ts";
import { batchOf, movement } from "../moving.ts";
import { axesMissing, chosenAxes, innerAxes } from "../reducing.ts";

/** Where each axis of the result comes from; the batch stays in front. */
function order(x: TensorType, options: OptionRecord): readonly number[] {
  const inner = options.axes === undefined ? innerAxes(x).toReversed() : chosenAxes(x, options, "axes");
  return [...batchOf(x).map((_, axis) => axis), ...inner];
}

export const transpose = defineFunction({
  ...movement(
    (x, options) => {
      const missing = axesMissing(x, options, "axes");
      if (missing !== undefined) return bad(missing);
      const from = order(x, options);
      if (from.length === x.shape.length) return ok({ dtype: x.dtype, shape: from.map((axis) => x.shape[axis] ?? 1) });
      return bad({ problem: "option", option: "axes", message: "it must hold each axis of one sample once" });
    },
    (g, x, _, options) => g.transpose(x, order(x.type, options)),
  ),
  name: "transpose",
  nature: "passes",
  summary: "Puts the axes in another order; without `axes` in the opposite one. The batch axis stays in front.",
  options: {
    axes: {
      type: { kind: "axes" },
      optional: true,
      default: undefined,
      doc: "The axes of one sample in their new order.",
    },
  },
  positional: ["axes"],
  examples: [
    { nn: "transpose", type: "f32[4, 3] -> f32[3, 4]" },
    { nn: "transpose([2, 3, 1])", type: "i32[2, 3, 4] -> i32[3, 4, 2]" },
  ],
  source: "https://keras.io/api/ops/numpy/#transpose-function",
});
