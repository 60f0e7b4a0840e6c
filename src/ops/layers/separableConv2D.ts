import { defineLayer } from "../definition.ts";
import { separableConvolution } from "../depthwise.ts";

export const separableConv2D = defineLayer({
  ...separableConvolution(2),
  name: "SeparableConv2D",
  nature: "weighs",
  aliases: ["SeparableConvolution2D"],
  summary: "Slides a learned window over each channel of an image by itself, then mixes the channels at each place.",
  examples: [
    { nn: "SeparableConv2D(4, 3x3, padding: same, depth_multiplier: 2)", type: "f32[4, 5, 3] -> f32[4, 5, 4]" },
  ],
  source: "https://keras.io/api/layers/convolution_layers/separable_convolution2d/",
});
