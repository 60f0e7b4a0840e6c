import { defineLayer } from "../definition.ts";
import { spatialDropout } from "../noise.ts";

export const spatialDropout3D = defineLayer({
  ...spatialDropout(3),
  name: "SpatialDropout3D",
  nature: "drops",
  summary: "While training, sets whole channels to 0 with probability `rate` and scales the others by 1 / (1 - rate).",
  examples: [{ nn: "SpatialDropout3D(0.5)", type: "f32[2, 2, 3, 2] -> f32[2, 2, 3, 2]" }],
  source: "Tompson et al. 2014; https://keras.io/api/layers/regularization_layers/spatial_dropout3d/",
});
