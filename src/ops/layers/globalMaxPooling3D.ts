import { defineLayer } from "../definition.ts";
import { globalPooling } from "../pooling.ts";

export const globalMaxPooling3D = defineLayer({
  ...globalPooling(3, "max"),
  name: "GlobalMaxPooling3D",
  aliases: ["GlobalMaxPool3D"],
  summary: "Takes the largest value of each channel over the whole volume.",
  examples: [
    { nn: "GlobalMaxPooling3D()", type: "f32[4, 6, 2, 3] -> f32[3]" },
    { nn: "GlobalMaxPooling3D(keepdims: true)", type: "f32[4, 6, 2, 3] -> f32[1, 1, 1, 3]" },
  ],
  source: "https://keras.io/api/layers/pooling_layers/global_max_pooling3d/",
});
