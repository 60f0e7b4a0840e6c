import { adaptivePooling } from "../adaptivePooling.ts";
import { defineLayer } from "../definition.ts";

export const adaptiveAveragePooling3D = defineLayer({
  ...adaptivePooling(3, "average"),
  name: "AdaptiveAveragePooling3D",
  summary: "Brings a volume to a given size: each element is the mean of a window that fits.",
  examples: [{ nn: "AdaptiveAveragePooling3D(2x1x2)", type: "f32[3, 2, 2, 2] -> f32[2, 1, 2, 2]" }],
  source: "https://keras.io/api/layers/pooling_layers/adaptive_average_pooling3d/",
});
