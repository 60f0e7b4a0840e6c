import { defineRecurrent } from "../recurrent.ts";
import { lstmCell } from "./lstmCell.ts";

export const lstm = defineRecurrent(lstmCell, {
  name: "LSTM",
  summary: "Long short-term memory: gates decide what its second state forgets, takes in and shows.",
  examples: [
    { nn: "LSTM(3)", type: "f32[4, 2] -> f32[3]" },
    {
      nn: "LSTM(2, return_sequences: true, return_state: true)",
      type: "f32[3, 2], f32[2], f32[2], mask: bool[3] -> f32[3, 2], f32[2], f32[2]",
    },
    { nn: "LSTM(2, dropout: 0.2, recurrent_dropout: 0.3)", type: "f32[3, 2] -> f32[2]" },
  ],
  source: "Hochreiter, Schmidhuber 1997; https://keras.io/api/layers/recurrent_layers/lstm/",
});
