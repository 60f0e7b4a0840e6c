import { defineLayer } from "../definition.ts";
import { globalPooling } from "../pooling.ts";

export const globalAveragePooling2D = defineLayer({
  ...globalPooling(2, "average"),
  name: "GlobalAveragePooling2D",
  aliases: ["GlobalAvgPool2D"],
  summary: "Takes the mean of each channel over the whole image.",
  examples: [
    { nn: "GlobalAveragePooling2D()", type: "f32[8, 6, 3] -> f32[3]" },
    { nn: "GlobalAveragePooling2D(keepdims: true)", type: "f32[8, 6, 3] -> f32[1, 1, 3]" },
  ],
  source: "https://keras.io/api/layers/pooling_layers/global_average_pooling2d/",
});
