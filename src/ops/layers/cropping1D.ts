import { defineLayer } from "../definition.ts";
import { cropping } from "../edges.ts";

export const cropping1D = defineLayer({
  ...cropping(1),
  name: "Cropping1D",
  summary: "Cuts off the edges of a sequence.",
  examples: [{ nn: "Cropping1D(1)", type: "f32[4, 2] -> f32[2, 2]" }],
  source: "https://keras.io/api/layers/reshaping_layers/cropping1d/",
});
