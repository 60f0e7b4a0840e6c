import { defineRecurrent } from "../recurrent.ts";
import { simpleRnnCell } from "./simpleRnnCell.ts";

export const simpleRnn = defineRecurrent(simpleRnnCell, {
  name: "SimpleRNN",
  summary: "Goes through a sequence: `activation(x @ kernel + bias + state @ recurrent_kernel)` is output and state.",
  examples: [
    { nn: "SimpleRNN(3)", type: "f32[4, 2] -> f32[3]" },
    {
      nn: "SimpleRNN(2, relu, go_backwards: true, return_sequences: true)",
      type: "f32[3, 2], mask: bool[3] -> f32[3, 2]",
    },
  ],
  source: "https://keras.io/api/layers/recurrent_layers/simple_rnn/",
});
