import type { Value } from "../../ir/builder.ts";
import {
  activated,
  cellWeights,
  defineCell,
  drawMasks,
  gatedOptions,
  gateOf,
  gateProducts,
  maskCount,
  masksOf,
  stateOf,
  unitsOf,
  unitsState,
  weightOf,
} from "../cells.ts";
import { flag, flagOption } from "../options.ts";

const GATES = 4;

export const lstmCell = defineCell(
  {
    name: "LSTMCell",
    summary: "One step of `LSTM`. Weights hold its gates in the order input, forget, new, output.",
    options: {
      ...gatedOptions,
      unit_forget_bias: flagOption(true, "Whether the bias of the forget gate starts at 1."),
    },
    positional: ["units", "activation"],
    weights(inputs, options) {
      const units = unitsOf(options);
      const ones = flag(options, "unit_forget_bias") ? { ones: [units, 2 * units] as const } : {};
      return cellWeights(inputs, options, GATES, { shape: [GATES * units], ...ones });
    },
    examples: [{ nn: "LSTMCell(3)", type: "f32[2], f32[3], f32[3] -> f32[3], f32[3], f32[3]" }],
    source: "Hochreiter, Schmidhuber 1997; https://keras.io/api/layers/recurrent_layers/lstm_cell/",
  },
  {
    states: (step, options) => [unitsState(step, options), unitsState(step, options)],
    constants: (g, step, call) => drawMasks(g, step, unitsState(step, call.options), call, GATES),
    constantCount: (options, call) => maskCount(options, call, GATES),
    project(g, x, call) {
      const { input } = masksOf(call, GATES);
      const sums = gateProducts(g, x, weightOf(call, "kernel"), input, unitsOf(call.options));
      const { bias } = call.weights;
      return bias === undefined ? sums : g.add(sums, bias);
    },
    step(g, projected, states, call) {
      const { options } = call;
      const units = unitsOf(options);
      const { recurrent } = masksOf(call, GATES);
      const kernel = weightOf(call, "recurrent_kernel");
      const sums = g.add(projected, gateProducts(g, stateOf(states, 0), kernel, recurrent, units));
      const gate = (i: number) => gateOf(g, sums, i, units);
      const [input, forget, fresh, shown] = [gate(0), gate(1), gate(2), gate(3)];
      const open = (x: Value) => activated(g, x, options, "recurrent_activation");
      const kept = g.mul(open(forget), stateOf(states, 1));
      const cell = g.add(kept, g.mul(open(input), activated(g, fresh, options, "activation")));
      const output = g.mul(open(shown), activated(g, cell, options, "activation"));
      return { output, states: [output, cell] };
    },
  },
);
