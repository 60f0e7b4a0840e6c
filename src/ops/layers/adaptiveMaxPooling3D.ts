import { adaptivePooling } from "../adaptivePooling.ts";
import { defineLayer } from "../definition.ts";

export const adaptiveMaxPooling3D = defineLayer({
  ...adaptivePooling(3, "max"),
  name: "AdaptiveMaxPooling3D",
  summary: "Brings a volume to a given size: each element is the maximum of a window that fits.",
  examples: [{ nn: "AdaptiveMaxPooling3D(2x1x2)", type: "f32[3, 2, 2, 2] -> f32[2, 1, 2, 2]" }],
  source: "https://keras.io/api/layers/pooling_layers/adaptive_max_pooling3d/",
});
