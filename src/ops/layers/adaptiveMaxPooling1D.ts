import { adaptivePooling } from "../adaptivePooling.ts";
import { defineLayer } from "../definition.ts";

export const adaptiveMaxPooling1D = defineLayer({
  ...adaptivePooling(1, "max"),
  name: "AdaptiveMaxPooling1D",
  summary: "Brings a sequence to a given size: each element is the maximum of a window that fits.",
  examples: [{ nn: "AdaptiveMaxPooling1D(3)", type: "f32[5, 2] -> f32[3, 2]" }],
  source: "https://keras.io/api/layers/pooling_layers/adaptive_max_pooling1d/",
});
