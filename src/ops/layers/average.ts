import { defineLayer } from "../definition.ts";
import { fold, merging } from "../merging.ts";

export const average = defineLayer({
  ...merging((g, values) => g.div(fold(g, "add", values), values.length)),
  name: "Average",
  summary: "Takes the mean of the tensors, element by element.",
  examples: [{ nn: "Average()", type: "f32[4, 3], f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/layers/merging_layers/average/",
});
