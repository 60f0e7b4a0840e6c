import { convolveTransposed } from "../convolve.ts";
import { defineFunction } from "../definition.ts";
import { kernelFunction, kernelOptions, type Windowed } from "../kernelFunctions.ts";
import { maybeIntegers } from "../options.ts";
import { accepted } from "../shape.ts";
import { spreadSizes } from "../sliding.ts";

const outer = ({ x, windows, options }: Windowed) => {
  const extra = maybeIntegers(options, "output_padding");
  return spreadSizes(
    x.shape.slice(1, -1),
    windows,
    extra === undefined ? undefined : windows.map((_, i) => extra[i] ?? extra[0] ?? 0),
  );
};

export const convTranspose = defineFunction({
  ...kernelFunction({
    channels: (channels, [filters = 1, each = 1]) => (channels === each ? filters : undefined),
    spatial: outer,
    compute: (g, x, kernel, call) => convolveTransposed(g, x, kernel, call.windows, accepted(outer(call))),
  }),
  name: "conv_transpose",
  summary: "A convolution turned around: each element spreads over a window of the result.",
  inputs: [
    { name: "inputs", shape: "[..., c]" },
    { name: "kernel", shape: "[..., out, in]", doc: "The same for all samples." },
  ],
  options: {
    ...kernelOptions,
    output_padding: {
      type: { kind: "numbers", single: true, whole: true, min: 0 },
      optional: true,
      default: undefined,
      doc: "Elements to add at the end of each axis, fewer than the stride; by default the axis is long enough for each stride.",
    },
  },
  examples: [{ nn: "conv_transpose(2, same)", type: "f32[2, 3, 2], one f32[3, 3, 3, 2] -> f32[4, 6, 3]" }],
  source: "https://keras.io/api/ops/nn/#conv_transpose-function",
});
