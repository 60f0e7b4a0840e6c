import { convolveEach } from "../convolve.ts";
import { defineFunction } from "../definition.ts";
import { kernelFunction, kernelOptions } from "../kernelFunctions.ts";

export const depthwiseConv = defineFunction({
  ...kernelFunction({
    channels: (channels, [each = 1, times = 1]) => (channels === each ? each * times : undefined),
    compute: (g, x, kernel, { windows }) => convolveEach(g, x, kernel, windows),
  }),
  name: "depthwise_conv",
  summary: "Slides a kernel over each channel by itself.",
  output: "[..., c * out]",
  options: kernelOptions,
  examples: [{ nn: "depthwise_conv(padding: same)", type: "f32[4, 3, 2], one f32[3, 2, 2, 2] -> f32[4, 3, 4]" }],
  source: "https://keras.io/api/ops/nn/#depthwise_conv-function",
});
