import { defineFunction } from "../definition.ts";
import { elementwise } from "../elementwise.ts";

export const arctan = defineFunction({
  ...elementwise((g, x) => g.map("atan", x)),
  name: "arctan",
  aliases: ["atan"],
  summary: "The angle in (-π/2, π/2) whose tangent is x.",
  options: {},
  positional: [],
  examples: [{ nn: "arctan", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#arctan-function",
});
