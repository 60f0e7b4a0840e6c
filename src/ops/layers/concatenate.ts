import { concatenation } from "../concatenation.ts";
import { defineLayer } from "../definition.ts";

export const concatenate = defineLayer({
  ...concatenation,
  name: "Concatenate",
  summary: "Joins tensors along an axis; the other axes must agree.",
  examples: [
    { nn: "Concatenate()", type: "f32[4, 3], f32[4, 2] -> f32[4, 5]" },
    { nn: "Concatenate(axis: 1)", type: "f32[4, 3], f32[1, 3], f32[2, 3] -> f32[7, 3]" },
  ],
  source: "https://keras.io/api/layers/merging_layers/concatenate/",
});
