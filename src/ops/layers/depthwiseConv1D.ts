import { defineLayer } from "../definition.ts";
import { depthwiseConvolution } from "../depthwise.ts";

export const depthwiseConv1D = defineLayer({
  ...depthwiseConvolution(1),
  name: "DepthwiseConv1D",
  nature: "weighs",
  summary: "Slides a learned window over each channel of a sequence by itself; the channels do not mix.",
  examples: [
    { nn: "DepthwiseConv1D(3, padding: same, strides: 2)", type: "f32[5, 4] -> f32[3, 4]" },
    { nn: "DepthwiseConv1D(2, depth_multiplier: 2, dilation_rate: 2)", type: "f32[5, 3] -> f32[3, 6]" },
  ],
  source: "https://keras.io/api/layers/convolution_layers/depthwise_convolution1d/",
});
