import { defineLayer } from "../definition.ts";
import { pooling } from "../pooling.ts";

export const maxPooling1D = defineLayer({
  ...pooling(1, "max"),
  name: "MaxPooling1D",
  aliases: ["MaxPool1D"],
  summary: "Takes the largest value of each window over a sequence.",
  examples: [{ nn: "MaxPooling1D(2)", type: "f32[9, 2] -> f32[4, 2]" }],
  source: "https://keras.io/api/layers/pooling_layers/max_pooling1d/",
});
