import type { OptionRecord } from "../../ir/graph.ts";
import type { TensorType } from "../../ir/types.ts";
import { bad, defineFunction, ok } from "../definition.ts";
import { movement } from "../moving.ts";
import { axesMissing, chosenAxes } from "../reducing.ts";

/** Where each axis of the result comes from. */
function order(x: TensorType, options: OptionRecord): readonly number[] {
  const [from, to] = [chosenAxes(x, options, "source"), chosenAxes(x, options, "destination")];
  const rest = x.shape.map((_, axis) => axis).filter((axis) => !from.includes(axis));
  return x.shape.map((_, axis) => (to.includes(axis) ? from[to.indexOf(axis)] : rest.shift()) ?? 0);
}

export const moveaxis = defineFunction({
  ...movement(
    (x, options) => {
      const missing = axesMissing(x, options, "source") ?? axesMissing(x, options, "destination");
      if (missing !== undefined) return bad(missing);
      const [from, to] = [chosenAxes(x, options, "source"), chosenAxes(x, options, "destination")];
      if (from.length !== to.length)
        return bad({ problem: "option", option: "destination", message: "it must hold as many axes as `source`" });
      return ok({ dtype: x.dtype, shape: order(x, options).map((axis) => x.shape[axis] ?? 1) });
    },
    (g, x, _, options) => g.transpose(x, order(x.type, options)),
  ),
  name: "moveaxis",
  nature: "passes",
  summary: "Moves axes to other places; the others keep their order.",
  options: {
    source: { type: { kind: "axes" }, required: true, doc: "The axes to move." },
    destination: { type: { kind: "axes" }, required: true, doc: "Where each of them goes." },
  },
  positional: ["source", "destination"],
  examples: [{ nn: "moveaxis(1, -1)", type: "f32[2, 3, 4] -> f32[3, 4, 2]" }],
  source: "https://keras.io/api/ops/numpy/#moveaxis-function",
});
