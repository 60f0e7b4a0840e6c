import { adaptivePooling } from "../adaptivePooling.ts";
import { defineLayer } from "../definition.ts";

export const adaptiveAveragePooling2D = defineLayer({
  ...adaptivePooling(2, "average"),
  name: "AdaptiveAveragePooling2D",
  summary: "Brings an image to a given size: each element is the mean of a window that fits.",
  examples: [{ nn: "AdaptiveAveragePooling2D(2x3)", type: "f32[4, 5, 2] -> f32[2, 3, 2]" }],
  source: "https://keras.io/api/layers/pooling_layers/adaptive_average_pooling2d/",
});
