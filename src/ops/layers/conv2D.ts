import { convolution } from "../convolution.ts";
import { defineLayer } from "../definition.ts";

/** Finds the only stride that turns an axis of `from` elements into one of `to`, with padding or a window of 1. */
const strideBetween = (from: number, to: number): number | undefined => {
  const stride = Math.round(from / to);
  return stride >= 1 && Math.ceil(from / stride) === to ? stride : undefined;
};

export const conv2D = defineLayer({
  ...convolution(2),
  name: "Conv2D",
  aliases: ["Convolution2D"],
  summary: "Slides a learned window over an image and computes `filters` features at each place.",
  /** A window of 1x1 gives an image other channels, and strides make it smaller, as in the projection of a shortcut. */
  adapts(from, to) {
    const [h, w, channels] = from.map((size) => (typeof size === "number" ? size : undefined));
    const [toH, toW, filters] = to.map((size) => (typeof size === "number" ? size : undefined));
    if (from.length !== 3 || to.length !== 3 || channels === undefined || filters === undefined) return undefined;
    if (h === undefined || w === undefined || toH === undefined || toW === undefined) return undefined;
    const stride = strideBetween(h, toH);
    if (stride === undefined || Math.ceil(w / stride) !== toW) return undefined;
    const call = `Conv2D(${filters}, 1x1${stride === 1 ? "" : `, strides: ${stride}`})`;
    return {
      call,
      options: { filters, kernel_size: [1, 1], strides: [stride, stride] },
      parameters: channels * filters + filters,
    };
  },
  examples: [
    { nn: "Conv2D(4, 3x3, relu)", type: "f32[8, 8, 3] -> f32[6, 6, 4]" },
    { nn: "Conv2D(6, 3, strides: 2, padding: same, groups: 2)", type: "f32[7, 5, 4] -> f32[4, 3, 6]" },
    { nn: "Conv2D(2, 2x3, dilation_rate: 2, use_bias: false)", type: "f32[5, 7, 1] -> f32[3, 3, 2]" },
  ],
  source: "https://keras.io/api/layers/convolution_layers/convolution2d/",
});
