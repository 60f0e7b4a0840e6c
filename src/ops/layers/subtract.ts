import { defineLayer } from "../definition.ts";
import { fold, merging } from "../merging.ts";

export const subtract = defineLayer({
  ...merging((g, values) => fold(g, "sub", values), 2),
  name: "Subtract",
  infix: "-",
  summary: "Subtracts the second tensor from the first, element by element.",
  examples: [{ nn: "Subtract()", type: "f32[4, 3], f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/layers/merging_layers/subtract/",
});
