import { convLstmCell } from "../convLstm.ts";
import { defineRecurrent } from "../recurrent.ts";

export const convLstm1d = defineRecurrent(convLstmCell(1), {
  name: "ConvLSTM1D",
  summary: "An LSTM over a sequence of rows, whose products with input and state are convolutions.",
  sequence: { rank: 3, text: "[time, rows, c]" },
  examples: [
    { nn: "ConvLSTM1D(2, 3)", type: "f32[3, 5, 2] -> f32[3, 2]" },
    {
      nn: "ConvLSTM1D(2, 2, padding: same, return_sequences: true)",
      type: "f32[2, 4, 1], mask: bool[2] -> f32[2, 4, 2]",
    },
  ],
  source: "Shi et al. 2015; https://keras.io/api/layers/recurrent_layers/conv_lstm1d/",
});
