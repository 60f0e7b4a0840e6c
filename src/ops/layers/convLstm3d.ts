import { convLstmCell } from "../convLstm.ts";
import { defineRecurrent } from "../recurrent.ts";

export const convLstm3d = defineRecurrent(convLstmCell(3), {
  name: "ConvLSTM3D",
  summary: "An LSTM over a sequence of volumes, whose products with input and state are convolutions.",
  sequence: { rank: 5, text: "[time, rows, columns, depths, c]" },
  examples: [{ nn: "ConvLSTM3D(2, 2)", type: "f32[2, 3, 2, 3, 1] -> f32[2, 1, 2, 2]" }],
  source: "Shi et al. 2015; https://keras.io/api/layers/recurrent_layers/conv_lstm3d/",
});
