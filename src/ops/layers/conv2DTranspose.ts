import { defineLayer } from "../definition.ts";
import { transposedConvolution } from "../transposed.ts";

export const conv2DTranspose = defineLayer({
  ...transposedConvolution(2),
  name: "Conv2DTranspose",
  aliases: ["Convolution2DTranspose"],
  elsewhere: ["ConvTranspose2d"],
  summary: "Spreads each element of an image over a learned window, which makes it larger.",
  examples: [
    { nn: "Conv2DTranspose(2, 3x3, relu)", type: "f32[3, 4, 2] -> f32[5, 6, 2]" },
    { nn: "Conv2DTranspose(3, 3, strides: 2, padding: same, output_padding: 0)", type: "f32[3, 2, 2] -> f32[5, 3, 3]" },
    { nn: "Conv2DTranspose(2, 2, strides: 3x1, use_bias: false)", type: "f32[2, 3, 1] -> f32[6, 4, 2]" },
  ],
  source: "https://keras.io/api/layers/convolution_layers/convolution2d_transpose/",
});
