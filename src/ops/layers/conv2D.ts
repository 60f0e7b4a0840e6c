import { convolution } from "../convolution.ts";
import { defineLayer } from "../definition.ts";

export const conv2D = defineLayer({
  ...convolution(2),
  name: "Conv2D",
  summary: "Slides a learned window over an image and computes `filters` features at each place.",
  examples: [
    { nn: "Conv2D(4, 3x3, relu)", type: "f32[8, 8, 3] -> f32[6, 6, 4]" },
    { nn: "Conv2D(6, 3, strides: 2, padding: same, groups: 2)", type: "f32[7, 5, 4] -> f32[4, 3, 6]" },
    { nn: "Conv2D(2, 2x3, dilation_rate: 2, use_bias: false)", type: "f32[5, 7, 1] -> f32[3, 3, 2]" },
  ],
  source: "https://keras.io/api/layers/convolution_layers/convolution2d/",
});
