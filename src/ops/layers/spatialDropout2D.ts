import { defineLayer } from "../definition.ts";
import { spatialDropout } from "../noise.ts";

export const spatialDropout2D = defineLayer({
  ...spatialDropout(2),
  name: "SpatialDropout2D",
  nature: "drops",
  summary: "While training, sets whole channels to 0 with probability `rate` and scales the others by 1 / (1 - rate).",
  examples: [{ nn: "SpatialDropout2D(0.5)", type: "f32[3, 2, 4] -> f32[3, 2, 4]" }],
  source: "Tompson et al. 2014; https://keras.io/api/layers/regularization_layers/spatial_dropout2d/",
});
