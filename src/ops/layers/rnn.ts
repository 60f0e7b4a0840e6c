import type { OptionRecord, OptionValue } from "../../ir/graph.ts";
import type { TensorType } from "../../ir/types.ts";
import { bad, type CallContext, defineLayer, ok } from "../definition.ts";
import { ofInner, onlyInner } from "../inner.ts";
import { type CellOf, sequenceInputs, sequenceOptions, sequenceRules, stepType } from "../recurrent.ts";

/** Several cells are one, a stack of them. */
const cellIn = (options: OptionRecord): OptionValue =>
  Array.isArray(options.cell) ? { name: "StackedRNNCells", options: { cells: options.cell } } : options.cell;

const cell: CellOf = {
  find(step, options, call) {
    const inner = onlyInner(cellIn(options), call);
    const rules = inner.definition.cell;
    const message = `${inner.definition.name} is no cell of a recurrent layer`;
    if (rules === undefined) return bad({ problem: "option", option: "cell", message });
    const args = [step, ...rules.states(step, inner.options, call)];
    const type = inner.shape({ args });
    return "bad" in type ? bad(ofInner(type.bad, inner, "cell")) : ok({ rules, options: inner.options });
  },
  weights: (call) => onlyInner(cellIn(call.options), call).own(call.weights),
};

function cellWeights(x: TensorType, options: OptionRecord, call: CallContext<TensorType>) {
  const found = cell.find(stepType(x), options, call);
  if ("bad" in found) return [];
  const step = stepType(x);
  const states = found.ok.rules.states(step, found.ok.options, call);
  return onlyInner(cellIn(options), call).weights({ args: [step, ...states] });
}

export const rnn = defineLayer({
  name: "RNN",
  summary: "Runs a cell, or several in a list, over a sequence: `RNN(LSTMCell(8))` is `LSTM(8)`.",
  inputs: sequenceInputs("[time, n]"),
  output: "[units]; with return_sequences [time, units]; with return_state also the states",
  options: {
    cell: {
      type: { kind: "layer", several: true },
      required: true,
      doc: "The cell, or a list of several, one on top of the other.",
    },
    ...sequenceOptions,
  },
  positional: ["cell"],
  trainingDiffers: true,
  weights: ([x], options, call) => (x === undefined ? [] : cellWeights(x, options, call)),
  ...sequenceRules(cell, { rank: 2, text: "[time, n]" }),
  examples: [
    { nn: "RNN(LSTMCell(3), return_sequences: true)", type: "f32[4, 2] -> f32[4, 3]" },
    { nn: "RNN([LSTMCell(3), GRUCell(2)])", type: "f32[4, 2] -> f32[2]" },
    {
      nn: "RNN(StackedRNNCells([GRUCell(3), SimpleRNNCell(2)]), zero_output_for_mask: true)",
      type: "f32[3, 2], mask: bool[3] -> f32[2]",
    },
  ],
  source: "https://keras.io/api/layers/recurrent_layers/rnn/",
});
