import { defineLayer } from "../definition.ts";
import { globalPooling } from "../pooling.ts";

export const globalAveragePooling3D = defineLayer({
  ...globalPooling(3, "average"),
  name: "GlobalAveragePooling3D",
  aliases: ["GlobalAvgPool3D"],
  summary: "Takes the mean of each channel over the whole volume.",
  examples: [
    { nn: "GlobalAveragePooling3D()", type: "f32[4, 6, 2, 3] -> f32[3]" },
    { nn: "GlobalAveragePooling3D(keepdims: true)", type: "f32[4, 6, 2, 3] -> f32[1, 1, 1, 3]" },
  ],
  source: "https://keras.io/api/layers/pooling_layers/global_average_pooling3d/",
});
