import { defineLayer } from "../definition.ts";
import { spatialDropout } from "../noise.ts";

export const spatialDropout1D = defineLayer({
  ...spatialDropout(1),
  name: "SpatialDropout1D",
  nature: "drops",
  summary: "While training, sets whole channels to 0 with probability `rate` and scales the others by 1 / (1 - rate).",
  examples: [{ nn: "SpatialDropout1D(0.5)", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "Tompson et al. 2014; https://keras.io/api/layers/regularization_layers/spatial_dropout1d/",
});
