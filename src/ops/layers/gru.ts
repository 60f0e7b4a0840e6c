import { defineRecurrent } from "../recurrent.ts";
import { gruCell } from "./gruCell.ts";

export const gru = defineRecurrent(gruCell, {
  name: "GRU",
  summary: "Gated recurrent unit: gates decide how much of its one state stays, and how much the new part reads.",
  examples: [
    { nn: "GRU(3)", type: "f32[4, 2] -> f32[3]" },
    { nn: "GRU(2, reset_after: false, return_sequences: true, go_backwards: true)", type: "f32[3, 2] -> f32[3, 2]" },
  ],
  source: "Cho et al. 2014; https://keras.io/api/layers/recurrent_layers/gru/",
});
