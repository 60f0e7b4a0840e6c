import { broadcastShapes } from "../../ir/graphBuilder.ts";
import { sameShape } from "../../ir/types.ts";
import { bad, defineFunction, ok } from "../definition.ts";
import { batchOf, movement, withInner } from "../moving.ts";
import { integers } from "../options.ts";
import { innerShape } from "../shape.ts";

export const broadcastTo = defineFunction({
  ...movement(
    (x, options) => {
      const shape = integers(options, "shape");
      const spread = broadcastShapes(innerShape(x), shape);
      if (spread !== undefined && sameShape(spread, shape)) return ok(withInner(x, shape));
      return bad({ problem: "option", option: "shape", message: "the axes of x must equal its last ones, or be 1" });
    },
    (g, x, to) => {
      const inner = innerShape(x.type);
      const ones = Array.from({ length: to.shape.length - x.type.shape.length }, () => 1);
      return g.broadcastTo(g.reshape(x, [...batchOf(x.type), ...ones, ...inner]), to.shape);
    },
  ),
  name: "broadcast_to",
  summary: "Repeats x along axes that are 1 or missing on the left.",
  output: "shape",
  options: { shape: { type: { kind: "shape" }, required: true, doc: "The new shape of one sample." } },
  positional: ["shape"],
  examples: [{ nn: "broadcast_to([2, 4, 3])", type: "f32[4, 1] -> f32[2, 4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#broadcast_to-function",
});
