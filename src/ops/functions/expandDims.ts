import type { OptionRecord } from "../../ir/graph.ts";
import type { Size } from "../../ir/size.ts";
import type { TensorType } from "../../ir/types.ts";
import { bad, type Checked, defineFunction, ok } from "../definition.ts";
import { movement } from "../moving.ts";
import { numbers } from "../options.ts";
import { axisPosition, axisProblem, isBatched } from "../shape.ts";

function expanded(x: TensorType, options: OptionRecord): Checked<TensorType> {
  const given = numbers(options, "axis");
  const rank = x.shape.length + given.length;
  const places = new Set<number>();
  for (const axis of given) {
    const place = axisPosition(axis, rank);
    if (place === undefined || (place === 0 && isBatched(x))) return bad(axisProblem("axis", axis, x, given.length));
    if (places.has(place)) return bad({ problem: "option", option: "axis", message: "it names one axis twice" });
    places.add(place);
  }
  const rest = [...x.shape];
  const shape = Array.from({ length: rank }, (_, i): Size => (places.has(i) ? 1 : (rest.shift() ?? 1)));
  return ok({ dtype: x.dtype, shape });
}

export const expandDims = defineFunction({
  ...movement(expanded, (g, x, to) => g.reshape(x, to.shape)),
  name: "expand_dims",
  nature: "passes",
  summary: "Adds axes of size 1.",
  options: {
    axis: { type: { kind: "axes" }, required: true, doc: "The places of the new axes in the result." },
  },
  positional: ["axis"],
  examples: [
    { nn: "expand_dims(-1)", type: "f32[4, 3] -> f32[4, 3, 1]" },
    { nn: "expand_dims([1, 3])", type: "bool[4] -> bool[1, 4, 1]" },
  ],
  source: "https://keras.io/api/ops/numpy/#expand_dims-function",
});
