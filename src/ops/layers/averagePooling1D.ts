import { defineLayer } from "../definition.ts";
import { pooling } from "../pooling.ts";

export const averagePooling1D = defineLayer({
  ...pooling(1, "average"),
  name: "AveragePooling1D",
  aliases: ["AvgPool1D"],
  summary: "Takes the mean of each window over a sequence. Places beyond the edge do not count.",
  examples: [{ nn: "AveragePooling1D(2)", type: "f32[9, 2] -> f32[4, 2]" }],
  source: "https://keras.io/api/layers/pooling_layers/average_pooling1d/",
});
