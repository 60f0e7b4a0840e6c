import { sameShape } from "../../ir/types.ts";
import { bad, defineFunction, ok } from "../definition.ts";
import { inputAt } from "../indices.ts";
import { numberOf } from "../options.ts";
import { isBatched, known } from "../shape.ts";

export const inTopK = defineFunction({
  name: "in_top_k",
  summary:
    "Whether fewer than k predictions are above that of the target, which must be a class and its prediction finite.",
  inputs: [
    { name: "targets", shape: "[...]" },
    { name: "predictions", shape: "[..., classes]" },
  ],
  output: "[...]",
  options: { k: { type: { kind: "int", min: 1 }, required: true, doc: "How many predictions count as the best." } },
  positional: ["k"],
  shape([targets, predictions]) {
    if (targets === undefined || predictions === undefined)
      return bad({ problem: "inputs", expected: "two", actual: 1 });
    if (targets.dtype !== "i32") return bad({ problem: "dtype", input: 0, expected: ["i32"] });
    if (predictions.dtype !== "f32") return bad({ problem: "dtype", input: 1, expected: ["f32"] });
    if (
      predictions.shape.length !== targets.shape.length + 1 ||
      isBatched(targets) !== isBatched(predictions) ||
      !sameShape(predictions.shape.slice(0, -1), targets.shape)
    )
      return bad({ problem: "differ", input: 1 });
    return ok({ dtype: "bool", shape: targets.shape });
  },
  expand(g, { inputs, options }) {
    const [targets, predictions] = [inputAt(inputs, 0), inputAt(inputs, 1)];
    const axis = targets.type.shape.length;
    const classes = known(predictions.type.shape[axis]);
    const axes = targets.type.shape.map((_, i) => i);
    const own = g.gather(predictions, targets, axis, axis);
    const above = g.map("gt", predictions, g.broadcast(own, predictions.type.shape, axes));
    const few = g.map("lt", g.sum(g.cast(above, "f32"), [axis]), numberOf(options, "k"));
    const isClass = g.map("and", g.map("ge", targets, 0), g.map("lt", targets, classes));
    return { output: g.map("and", few, g.map("and", isClass, g.map("is_finite", own))) };
  },
  examples: [{ nn: "in_top_k(2)", type: "i32[], f32[4] -> bool[]" }],
  source: "https://keras.io/api/ops/nn/#intopk-function",
});
