import { bad, defineLayer, ok } from "../definition.ts";
import { inputOf } from "../layer.ts";
import { numbers } from "../options.ts";
import { andThen, axisPositions, axisProblem, axisWithin, oneInput } from "../shape.ts";
import { sharesOver, softmaxOver } from "../softmax.ts";

export const softmax = defineLayer({
  name: "Softmax",
  summary: "Turns values into exponentials that add up to 1 along one axis, or along several together.",
  inputs: [{ name: "x", shape: "[...]" }],
  output: "[...]",
  options: { axis: { type: { kind: "axes" }, default: -1, doc: "The axes along which the results add up to 1." } },
  positional: ["axis"],
  predicts: (options, rank) => sharesOver(numbers(options, "axis"), rank),
  shape: (inputs, options) =>
    andThen(oneInput(inputs, { atLeast: 1, text: "[..., n]" }), (x) => {
      const wrong = numbers(options, "axis").find((axis) => axisWithin(axis, x) === undefined);
      return wrong === undefined ? ok(x) : bad(axisProblem("axis", wrong, x.shape.length));
    }),
  expand(g, call) {
    const x = inputOf(call);
    return { output: softmaxOver(g, x, axisPositions(numbers(call.options, "axis"), x.type.shape.length)) };
  },
  examples: [{ nn: "Softmax()", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/layers/activation_layers/softmax/",
});
