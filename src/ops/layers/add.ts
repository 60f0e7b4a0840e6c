import { defineLayer } from "../definition.ts";
import { fold, merging } from "../merging.ts";

export const add = defineLayer({
  ...merging((g, values) => fold(g, "add", values)),
  name: "Add",
  infix: "+",
  summary: "Adds tensors element by element.",
  examples: [
    { nn: "Add()", type: "f32[4, 3], f32[4, 3], f32[4, 3] -> f32[4, 3]" },
    { nn: "Add()", type: "f32[4, 3], f32[1, 3] -> f32[4, 3]" },
  ],
  source: "https://keras.io/api/layers/merging_layers/add/",
});
