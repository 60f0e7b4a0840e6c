import { defineLayer } from "../definition.ts";
import { fold, merging } from "../merging.ts";

export const maximum = defineLayer({
  ...merging((g, values) => fold(g, "max", values)),
  name: "Maximum",
  summary: "Takes the largest of the tensors, element by element.",
  examples: [
    { nn: "Maximum()", type: "f32[4, 3], f32[4, 3], f32[4, 3] -> f32[4, 3]" },
    { nn: "Maximum()", type: "f32[4, 3], f32[1, 3] -> f32[4, 3]" },
  ],
  source: "https://keras.io/api/layers/merging_layers/maximum/",
});
