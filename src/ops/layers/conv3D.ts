import { convolution } from "../convolution.ts";
import { defineLayer } from "../definition.ts";

export const conv3D = defineLayer({
  ...convolution(3),
  name: "Conv3D",
  aliases: ["Convolution3D"],
  summary: "Slides a learned window over a volume and computes `filters` features at each place.",
  examples: [{ nn: "Conv3D(2, 3x3x3, relu)", type: "f32[4, 5, 6, 1] -> f32[2, 3, 4, 2]" }],
  source: "https://keras.io/api/layers/convolution_layers/convolution3d/",
});
