import { defineLayer } from "../definition.ts";
import { separableConvolution } from "../depthwise.ts";

export const separableConv1D = defineLayer({
  ...separableConvolution(1),
  name: "SeparableConv1D",
  nature: "weighs",
  aliases: ["SeparableConvolution1D"],
  summary: "Slides a learned window over each channel of a sequence by itself, then mixes the channels at each place.",
  examples: [{ nn: "SeparableConv1D(2, 3, relu)", type: "f32[5, 3] -> f32[3, 2]" }],
  source: "https://keras.io/api/layers/convolution_layers/separable_convolution1d/",
});
