import { defineLayer } from "../definition.ts";
import { transposedConvolution } from "../transposed.ts";

export const conv1DTranspose = defineLayer({
  ...transposedConvolution(1),
  name: "Conv1DTranspose",
  aliases: ["Convolution1DTranspose"],
  elsewhere: ["ConvTranspose1d"],
  summary: "Spreads each element of a sequence over a learned window, which makes it larger.",
  examples: [
    { nn: "Conv1DTranspose(2, 3, strides: 2, padding: same)", type: "f32[4, 3] -> f32[8, 2]" },
    { nn: "Conv1DTranspose(2, 2, relu, dilation_rate: 2)", type: "f32[4, 3] -> f32[6, 2]" },
  ],
  source: "https://keras.io/api/layers/convolution_layers/convolution1d_transpose/",
});
