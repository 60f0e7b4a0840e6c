import { adaptivePooling } from "../adaptivePooling.ts";
import { defineLayer } from "../definition.ts";

export const adaptiveMaxPooling2D = defineLayer({
  ...adaptivePooling(2, "max"),
  name: "AdaptiveMaxPooling2D",
  summary: "Brings an image to a given size: each element is the maximum of a window that fits.",
  examples: [{ nn: "AdaptiveMaxPooling2D(2x3)", type: "f32[4, 5, 2] -> f32[2, 3, 2]" }],
  source: "https://keras.io/api/layers/pooling_layers/adaptive_max_pooling2d/",
});
