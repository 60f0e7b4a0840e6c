import { adaptivePooling } from "../adaptivePooling.ts";
import { defineLayer } from "../definition.ts";

export const adaptiveAveragePooling1D = defineLayer({
  ...adaptivePooling(1, "average"),
  name: "AdaptiveAveragePooling1D",
  summary: "Brings a sequence to a given size: each element is the mean of a window that fits.",
  examples: [{ nn: "AdaptiveAveragePooling1D(3)", type: "f32[5, 2] -> f32[3, 2]" }],
  source: "https://keras.io/api/layers/pooling_layers/adaptive_average_pooling1d/",
});
