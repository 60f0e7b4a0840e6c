import { convolution } from "../convolution.ts";
import { defineLayer } from "../definition.ts";

export const conv1D = defineLayer({
  ...convolution(1),
  name: "Conv1D",
  aliases: ["Convolution1D"],
  summary: "Slides a learned window over a sequence and computes `filters` features at each place.",
  examples: [
    { nn: "Conv1D(4, 3, relu)", type: "f32[8, 3] -> f32[6, 4]" },
    { nn: "Conv1D(4, 3, padding: causal, dilation_rate: 2)", type: "f32[8, 3] -> f32[8, 4]" },
  ],
  source: "https://keras.io/api/layers/convolution_layers/convolution1d/",
});
