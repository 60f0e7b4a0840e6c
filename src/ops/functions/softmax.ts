import { bad, defineFunction, ok } from "../definition.ts";
import { functionInput, functionValue } from "../elementwise.ts";
import { axisOption, numberOf } from "../options.ts";
import { andThen, axisProblem, axisWithin } from "../shape.ts";
import { sharesOver, softmaxOver } from "../softmax.ts";

export const softmax = defineFunction({
  name: "softmax",
  summary: "Exponentials that add up to 1 along an axis: probabilities of classes.",
  range: () => [0, 1],
  inputs: [{ name: "x", shape: "[..., n]" }],
  output: "[..., n]",
  activation: true,
  predicts: (options, rank) => sharesOver([numberOf(options, "axis")], rank),
  options: { axis: axisOption(-1, "The axis along which the results add up to 1.") },
  positional: ["axis"],
  shape: (inputs, options) =>
    andThen(functionInput(inputs), (x) => {
      const axis = numberOf(options, "axis");
      const position = axisWithin(axis, x);
      return position === undefined ? bad(axisProblem("axis", axis, x)) : ok(x);
    }),
  expand: (g, call) => ({ output: softmaxOver(g, functionValue(g, call), [numberOf(call.options, "axis")]) }),
  examples: [
    { nn: "softmax", type: "f32[10] -> f32[10]" },
    { nn: "softmax(axis: 1)", type: "f32[4, 3] -> f32[4, 3]" },
  ],
  source: "https://keras.io/api/layers/activations/#softmax-function",
});
