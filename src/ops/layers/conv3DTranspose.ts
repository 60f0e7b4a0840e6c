import { defineLayer } from "../definition.ts";
import { transposedConvolution } from "../transposed.ts";

export const conv3DTranspose = defineLayer({
  ...transposedConvolution(3),
  name: "Conv3DTranspose",
  aliases: ["Convolution3DTranspose"],
  elsewhere: ["ConvTranspose3d"],
  summary: "Spreads each element of a volume over a learned window, which makes it larger.",
  examples: [{ nn: "Conv3DTranspose(2, 2, strides: 1x2x1)", type: "f32[2, 2, 1, 2] -> f32[3, 4, 2, 2]" }],
  source: "https://keras.io/api/layers/convolution_layers/convolution3d_transpose/",
});
