import { defineLayer } from "../definition.ts";
import { zeroPadding } from "../edges.ts";

export const zeroPadding1D = defineLayer({
  ...zeroPadding(1),
  name: "ZeroPadding1D",
  summary: "Puts zeros around a sequence.",
  examples: [
    { nn: "ZeroPadding1D(1)", type: "f32[4, 2] -> f32[6, 2]" },
    { nn: "ZeroPadding1D([2, 1])", type: "i32[2, 2] -> i32[5, 2]" },
  ],
  source: "https://keras.io/api/layers/reshaping_layers/zero_padding1d/",
});
