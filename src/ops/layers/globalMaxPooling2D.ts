import { defineLayer } from "../definition.ts";
import { globalPooling } from "../pooling.ts";

export const globalMaxPooling2D = defineLayer({
  ...globalPooling(2, "max"),
  name: "GlobalMaxPooling2D",
  aliases: ["GlobalMaxPool2D"],
  summary: "Takes the largest value of each channel over the whole image.",
  examples: [
    { nn: "GlobalMaxPooling2D()", type: "f32[8, 6, 3] -> f32[3]" },
    { nn: "GlobalMaxPooling2D(keepdims: true)", type: "f32[8, 6, 3] -> f32[1, 1, 3]" },
  ],
  source: "https://keras.io/api/layers/pooling_layers/global_max_pooling2d/",
});
