import { defineLayer } from "../definition.ts";
import { globalPooling } from "../pooling.ts";

export const globalMaxPooling1D = defineLayer({
  ...globalPooling(1, "max"),
  name: "GlobalMaxPooling1D",
  aliases: ["GlobalMaxPool1D"],
  summary: "Takes the largest value of each channel over the whole sequence.",
  examples: [
    { nn: "GlobalMaxPooling1D()", type: "f32[9, 2] -> f32[2]" },
    { nn: "GlobalMaxPooling1D(keepdims: true)", type: "f32[9, 2] -> f32[1, 2]" },
  ],
  source: "https://keras.io/api/layers/pooling_layers/global_max_pooling1d/",
});
