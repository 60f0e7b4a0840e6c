import { concatenation } from "../concatenation.ts";
import { defineFunction } from "../definition.ts";

export const concat = defineFunction({
  ...concatenation,
  name: "concat",
  aliases: ["concatenate"],
  summary: "Joins tensors along an axis; the other axes must agree.",
  examples: [{ nn: "concat()", type: "f32[4, 3], f32[4, 2] -> f32[4, 5]" }],
  source: "https://keras.io/api/ops/numpy/#concatenate-function",
});
