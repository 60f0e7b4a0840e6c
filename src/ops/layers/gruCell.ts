import type { Builder, Value } from "../../ir/builder.ts";
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
import type { CellCall } from "../definition.ts";
import { flag, flagOption } from "../options.ts";

const GATES = 3;

/** The products of the state for each gate; that of the last with the gate `reset`, before its product or after it. */
function recurrentSums(g: Builder, state: Value, bias: Value | undefined, call: CellCall) {
  const { options } = call;
  const units = unitsOf(options);
  const kernel = weightOf(call, "recurrent_kernel");
  const { recurrent } = masksOf(call, GATES);
  if (flag(options, "reset_after")) {
    const products = gateProducts(g, state, kernel, recurrent, units);
    const sums = bias === undefined ? products : g.add(products, bias);
    const gate = (i: number): Value => gateOf(g, sums, i, units);
    const [update, reset, fresh] = [gate(0), gate(1), gate(2)];
    return { update, reset, fresh: (read: Value) => g.mul(read, fresh) };
  }
  const gates = g.slice(kernel, [0, 0], [units, 2 * units]);
  const sums = gateProducts(g, state, gates, recurrent.slice(0, 2), units);
  const [, , mask] = recurrent;
  return {
    update: gateOf(g, sums, 0, units),
    reset: gateOf(g, sums, 1, units),
    fresh(gate: Value) {
      const kept = g.mul(gate, mask === undefined ? state : g.mul(state, mask));
      return g.dot(kept, gateOf(g, kernel, 2, units));
    },
  };
}

/** A row of the bias, which has one for the input and, with `reset_after`, one for the state. */
function biasOf(g: Builder, { weights: { bias }, options }: CellCall, row: number): Value | undefined {
  if (bias === undefined || !flag(options, "reset_after")) return row === 0 ? bias : undefined;
  const units = GATES * unitsOf(options);
  return g.reshape(g.slice(bias, [row, 0], [1, units]), [units]);
}

export const gruCell = defineCell(
  {
    name: "GRUCell",
    summary: "One step of `GRU`. Weights hold its gates in the order update, reset, new.",
    options: {
      ...gatedOptions,
      reset_after: flagOption(
        true,
        "Whether the reset gate multiplies the product of state and kernel, not the state. The bias then has a row for each product.",
      ),
    },
    positional: ["units", "activation"],
    weights(inputs, options) {
      const sums = GATES * unitsOf(options);
      return cellWeights(inputs, options, GATES, { shape: flag(options, "reset_after") ? [2, sums] : [sums] });
    },
    examples: [
      { nn: "GRUCell(3)", type: "f32[2], f32[3] -> f32[3], f32[3]" },
      { nn: "GRUCell(2, reset_after: false)", type: "f32[3], f32[2] -> f32[2], f32[2]" },
    ],
    source: "Cho et al. 2014; https://keras.io/api/layers/recurrent_layers/gru_cell/",
  },
  {
    states: (step, options) => [unitsState(step, options)],
    constants: (g, step, call) => drawMasks(g, step, unitsState(step, call.options), call, GATES),
    constantCount: (options, call) => maskCount(options, call, GATES),
    project(g, x, call) {
      const { input } = masksOf(call, GATES);
      const sums = gateProducts(g, x, weightOf(call, "kernel"), input, unitsOf(call.options));
      const bias = biasOf(g, call, 0);
      return bias === undefined ? sums : g.add(sums, bias);
    },
    step(g, projected, states, call) {
      const { options } = call;
      const units = unitsOf(options);
      const state = stateOf(states, 0);
      const given = (i: number): Value => gateOf(g, projected, i, units);
      const [update, reset, fresh] = [given(0), given(1), given(2)];
      const sums = recurrentSums(g, state, biasOf(g, call, 1), call);
      const kept = activated(g, g.add(update, sums.update), options, "recurrent_activation");
      const read = activated(g, g.add(reset, sums.reset), options, "recurrent_activation");
      const made = activated(g, g.add(fresh, sums.fresh(read)), options, "activation");
      const output = g.add(g.mul(kept, state), g.mul(g.sub(1, kept), made));
      return { output, states: [output] };
    },
  },
);
