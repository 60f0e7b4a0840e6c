import { defineLayer } from "../definition.ts";
import { globalPooling } from "../pooling.ts";

export const globalAveragePooling1D = defineLayer({
  ...globalPooling(1, "average"),
  name: "GlobalAveragePooling1D",
  aliases: ["GlobalAvgPool1D"],
  summary: "Takes the mean of each channel over the whole sequence.",
  examples: [
    { nn: "GlobalAveragePooling1D()", type: "f32[9, 2] -> f32[2]" },
    { nn: "GlobalAveragePooling1D(keepdims: true)", type: "f32[9, 2] -> f32[1, 2]" },
  ],
  source: "https://keras.io/api/layers/pooling_layers/global_average_pooling1d/",
});
