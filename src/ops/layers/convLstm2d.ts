import { convLstmCell } from "../convLstm.ts";
import { defineRecurrent } from "../recurrent.ts";

export const convLstm2d = defineRecurrent(convLstmCell(2), {
  name: "ConvLSTM2D",
  summary: "An LSTM over a sequence of pictures, whose products with input and state are convolutions.",
  sequence: { rank: 4, text: "[time, rows, columns, c]" },
  examples: [{ nn: "ConvLSTM2D(2, 2x2, strides: 2)", type: "f32[2, 4, 5, 2] -> f32[2, 2, 2]" }],
  source: "Shi et al. 2015; https://keras.io/api/layers/recurrent_layers/conv_lstm2d/",
});
