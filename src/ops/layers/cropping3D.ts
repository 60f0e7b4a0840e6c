import { defineLayer } from "../definition.ts";
import { cropping } from "../edges.ts";

export const cropping3D = defineLayer({
  ...cropping(3),
  name: "Cropping3D",
  summary: "Cuts off the edges of a volume.",
  examples: [{ nn: "Cropping3D(1)", type: "f32[4, 5, 3, 2] -> f32[2, 3, 1, 2]" }],
  source: "https://keras.io/api/layers/reshaping_layers/cropping3d/",
});
