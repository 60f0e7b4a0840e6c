import { bad, defineFunction, ok } from "../definition.ts";
import { functionInput, functionValue } from "../elementwise.ts";
import { axisOption, numberOf } from "../options.ts";
import { andThen, axisProblem, axisWithin } from "../shape.ts";
import { logSoftmaxOver } from "../softmax.ts";

export const logSoftmax = defineFunction({
  name: "log_softmax",
  summary: "The logarithm of softmax, computed so that it neither overflows nor vanishes.",
  range: () => [-Infinity, 0],
  inputs: [{ name: "x", shape: "[..., n]" }],
  output: "[..., n]",
  activation: true,
  options: { axis: axisOption(-1, "The axis along which the probabilities add up to 1.") },
  positional: ["axis"],
  shape: (inputs, options) =>
    andThen(functionInput(inputs), (x) => {
      const axis = numberOf(options, "axis");
      const position = axisWithin(axis, x);
      return position === undefined ? bad(axisProblem("axis", axis, x)) : ok(x);
    }),
  expand: (g, call) => ({ output: logSoftmaxOver(g, functionValue(g, call), [numberOf(call.options, "axis")]) }),
  examples: [
    { nn: "log_softmax", type: "f32[10] -> f32[10]" },
    { nn: "log_softmax(axis: 1)", type: "f32[4, 3] -> f32[4, 3]" },
  ],
  source: "https://keras.io/api/layers/activations/#log_softmax-function",
});
