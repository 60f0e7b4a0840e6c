import { defineLayer } from "../definition.ts";
import { fold, merging } from "../merging.ts";

export const multiply = defineLayer({
  ...merging((g, values) => fold(g, "mul", values)),
  name: "Multiply",
  infix: "*",
  summary: "Multiplies tensors element by element.",
  examples: [
    { nn: "Multiply()", type: "f32[4, 3], f32[4, 3], f32[4, 3] -> f32[4, 3]" },
    { nn: "Multiply()", type: "f32[4, 3], f32[1, 3] -> f32[4, 3]" },
  ],
  source: "https://keras.io/api/layers/merging_layers/multiply/",
});
