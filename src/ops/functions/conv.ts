import { convolve } from "../convolve.ts";
import { defineFunction } from "../definition.ts";
import { kernelFunction, kernelOptions } from "../kernelFunctions.ts";

export const conv = defineFunction({
  ...kernelFunction({
    channels: (channels, [each = 1, filters = 1]) =>
      Number(channels) % each === 0 && filters % (Number(channels) / each) === 0 ? filters : undefined,
    compute: (g, x, kernel, { windows }) =>
      convolve(g, x, kernel, windows, Number(x.type.shape.at(-1)) / Number(kernel.type.shape.at(-2))),
  }),
  name: "conv",
  summary: "Slides a kernel over one to three axes. A kernel of fewer channels sees groups of them.",
  options: kernelOptions,
  examples: [
    { nn: "conv(2, same)", type: "f32[5, 4, 2], one f32[3, 3, 2, 3] -> f32[3, 2, 3]" },
    { nn: "conv()", type: "f32[5, 4], one f32[2, 2, 2] -> f32[4, 2]" },
  ],
  source: "https://keras.io/api/ops/nn/#conv-function",
});
