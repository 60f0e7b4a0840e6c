import { defineLayer } from "../definition.ts";
import { cropping } from "../edges.ts";

export const cropping2D = defineLayer({
  ...cropping(2),
  name: "Cropping2D",
  summary: "Cuts off the edges of an image.",
  examples: [
    { nn: "Cropping2D(1)", type: "f32[4, 5, 2] -> f32[2, 3, 2]" },
    { nn: "Cropping2D([[1, 0], [0, 2]])", type: "f32[4, 5, 2] -> f32[3, 3, 2]" },
  ],
  source: "https://keras.io/api/layers/reshaping_layers/cropping2d/",
});
