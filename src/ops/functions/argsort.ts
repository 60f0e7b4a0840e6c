import { defineFunction, ok } from "../definition.ts";
import { inputAt } from "../indices.ts";
import { axisOption, numberOf } from "../options.ts";
import { andThen, positionOf } from "../shape.ts";
import { orderedInput, orderOf } from "../sorting.ts";

export const argsort = defineFunction({
  name: "argsort",
  summary: "The places of the elements in ascending order along an axis; equal ones stay in their order.",
  inputs: [{ name: "x", shape: "[..., n, ...]" }],
  output: "[..., n, ...]",
  options: { axis: axisOption(-1, "The axis along which to sort.") },
  positional: ["axis"],
  ownNumbers: [0],
  shape: (inputs, options) =>
    andThen(orderedInput(inputs, numberOf(options, "axis")), ({ x }) => ok({ dtype: "i32", shape: x.shape })),
  expand(g, { inputs, options }) {
    const x = inputAt(inputs, 0);
    const position = positionOf(numberOf(options, "axis"), x.type.shape.length);
    return { output: orderOf(g, x, position, "up") };
  },
  examples: [
    { nn: "argsort()", type: "f32[5] -> i32[5]" },
    { nn: "argsort(axis: 1)", type: "f32[4, 2] -> i32[4, 2]" },
  ],
  source: "https://keras.io/api/ops/numpy/#argsort-function",
});
