import { defineLayer } from "../definition.ts";
import { fold, merging } from "../merging.ts";

export const minimum = defineLayer({
  ...merging((g, values) => fold(g, "min", values)),
  name: "Minimum",
  summary: "Takes the smallest of the tensors, element by element.",
  examples: [
    { nn: "Minimum()", type: "f32[4, 3], f32[4, 3], f32[4, 3] -> f32[4, 3]" },
    { nn: "Minimum()", type: "f32[4, 3], f32[1, 3] -> f32[4, 3]" },
  ],
  source: "https://keras.io/api/layers/merging_layers/minimum/",
});
