import { defineFunction, ok } from "../definition.ts";
import { inputAt } from "../indices.ts";
import { axisOption, numberOf } from "../options.ts";
import { andThen, positionOf } from "../shape.ts";
import { elementsAt, orderedInput, orderOf } from "../sorting.ts";

export const sort = defineFunction({
  name: "sort",
  summary: "The elements in ascending order along an axis.",
  inputs: [{ name: "x", shape: "[..., n, ...]" }],
  output: "[..., n, ...]",
  options: { axis: axisOption(-1, "The axis along which to sort.") },
  positional: ["axis"],
  shape: (inputs, options) => andThen(orderedInput(inputs, numberOf(options, "axis")), ({ x }) => ok(x)),
  expand(g, { inputs, options }) {
    const x = inputAt(inputs, 0);
    const position = positionOf(numberOf(options, "axis"), x.type.shape.length);
    return { output: elementsAt(g, x, orderOf(g, x, position, "up"), position) };
  },
  examples: [
    { nn: "sort()", type: "f32[5] -> f32[5]" },
    { nn: "sort(axis: 1)", type: "i32[4, 2] -> i32[4, 2]" },
  ],
  source: "https://keras.io/api/ops/numpy/#sort-function",
});
