import type { OptionRecord } from "../../ir/graph.ts";
import type { TensorType } from "../../ir/types.ts";
import { bad, type CallContext, defineLayer, ok } from "../definition.ts";
import { ofInner, onlyInner } from "../inner.ts";
import { type CellOf, sequenceInputs, sequenceOptions, sequenceRules, stepType } from "../recurrent.ts";

const cell: CellOf = {
  find(step, options, call) {
    const inner = onlyInner(options.cell, call);
    const rules = inner.definition.cell;
    const message = `${inner.definition.name} is no cell of a recurrent layer`;
    if (rules === undefined) return bad({ problem: "option", option: "cell", message });
    const args = [step, ...rules.states(step, inner.options, call)];
    const type = inner.shape({ args });
    return "bad" in type ? bad(ofInner(type.bad, inner, "cell")) : ok({ rules, options: inner.options });
  },
  weights: (call) => onlyInner(call.options.cell, call).own(call.weights),
};

function cellWeights(x: TensorType, options: OptionRecord, call: CallContext<TensorType>) {
  const found = cell.find(stepType(x), options, call);
  if ("bad" in found) return [];
  const step = stepType(x);
  const states = found.ok.rules.states(step, found.ok.options, call);
  return onlyInner(options.cell, call).weights({ args: [step, ...states] });
}

export const rnn = defineLayer({
  name: "RNN",
  summary: "Runs a cell, or several as `StackedRNNCells`, over a sequence: `RNN(LSTMCell(8))` is `LSTM(8)`.",
  inputs: sequenceInputs("[time, n]"),
  output: "[units]; with return_sequences [time, units]; with return_state also the states",
  options: {
    cell: { type: { kind: "layer" }, required: true, doc: "The cell, or `StackedRNNCells` of several." },
    ...sequenceOptions,
  },
  positional: ["cell"],
  trainingDiffers: true,
  weights: ([x], options, call) => (x === undefined ? [] : cellWeights(x, options, call)),
  ...sequenceRules(cell, { rank: 2, text: "[time, n]" }),
  examples: [
    { nn: "RNN(LSTMCell(3), return_sequences: true)", type: "f32[4, 2] -> f32[4, 3]" },
    {
      nn: "RNN(StackedRNNCells([GRUCell(3), SimpleRNNCell(2)]), zero_output_for_mask: true)",
      type: "f32[3, 2], mask: bool[3] -> f32[2]",
    },
  ],
  source: "https://keras.io/api/layers/recurrent_layers/rnn/",
});
