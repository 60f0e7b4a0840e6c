import { defineLayer } from "../definition.ts";
import { zeroPadding } from "../edges.ts";

export const zeroPadding3D = defineLayer({
  ...zeroPadding(3),
  name: "ZeroPadding3D",
  summary: "Puts zeros around a volume.",
  examples: [{ nn: "ZeroPadding3D(1)", type: "f32[4, 5, 3, 2] -> f32[6, 7, 5, 2]" }],
  source: "https://keras.io/api/layers/reshaping_layers/zero_padding3d/",
});
