import { defineLayer } from "../definition.ts";
import { zeroPadding } from "../edges.ts";

export const zeroPadding2D = defineLayer({
  ...zeroPadding(2),
  name: "ZeroPadding2D",
  summary: "Puts zeros around an image.",
  examples: [
    { nn: "ZeroPadding2D(1)", type: "f32[4, 5, 2] -> f32[6, 7, 2]" },
    { nn: "ZeroPadding2D([[1, 0], [0, 2]])", type: "f32[4, 5, 2] -> f32[5, 7, 2]" },
  ],
  source: "https://keras.io/api/layers/reshaping_layers/zero_padding2d/",
});
