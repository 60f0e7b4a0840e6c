import {
  activated,
  cellOptions,
  cellWeights,
  defineCell,
  drawMasks,
  gateProducts,
  maskCount,
  masksOf,
  stateOf,
  unitsOf,
  unitsState,
  weightOf,
} from "../cells.ts";

export const simpleRnnCell = defineCell(
  {
    name: "SimpleRNNCell",
    summary: "One step of `SimpleRNN`: its output is the next state.",
    options: cellOptions,
    positional: ["units", "activation"],
    weights: (inputs, options) => cellWeights(inputs, options, 1, { shape: [unitsOf(options)] }),
    examples: [{ nn: "SimpleRNNCell(3)", type: "f32[2], f32[3] -> f32[3], f32[3]" }],
    source: "https://keras.io/api/layers/recurrent_layers/simple_rnn_cell/",
  },
  {
    states: (step, options) => [unitsState(step, options)],
    constants: (g, step, call) => drawMasks(g, step, unitsState(step, call.options), call, 1),
    constantCount: (options, call) => maskCount(options, call, 1),
    project(g, x, call) {
      const { input } = masksOf(call, 1);
      const sums = gateProducts(g, x, weightOf(call, "kernel"), input, unitsOf(call.options));
      const { bias } = call.weights;
      return bias === undefined ? sums : g.add(sums, bias);
    },
    step(g, projected, states, call) {
      const { recurrent } = masksOf(call, 1);
      const kernel = weightOf(call, "recurrent_kernel");
      const sums = g.add(projected, gateProducts(g, stateOf(states, 0), kernel, recurrent, unitsOf(call.options)));
      const output = activated(g, sums, call.options, "activation");
      return { output, states: [output] };
    },
  },
);
