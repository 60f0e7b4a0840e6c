import { defineLayer } from "../definition.ts";
import { depthwiseConvolution } from "../depthwise.ts";

export const depthwiseConv2D = defineLayer({
  ...depthwiseConvolution(2),
  name: "DepthwiseConv2D",
  nature: "weighs",
  summary: "Slides a learned window over each channel of an image by itself; the channels do not mix.",
  examples: [
    { nn: "DepthwiseConv2D(3x3, padding: same)", type: "f32[5, 4, 5] -> f32[5, 4, 5]" },
    {
      nn: "DepthwiseConv2D(2, strides: 2, depth_multiplier: 2, use_bias: false)",
      type: "f32[4, 5, 3] -> f32[2, 2, 6]",
    },
  ],
  source: "https://keras.io/api/layers/convolution_layers/depthwise_convolution2d/",
});
