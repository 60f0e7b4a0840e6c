import { defineFunction } from "../definition.ts";
import { elementwise, numeric } from "../elementwise.ts";

export const abs = defineFunction({
  ...elementwise((g, x) => g.map("abs", x), numeric),
  name: "abs",
  aliases: ["absolute"],
  summary: "|x|.",
  options: {},
  positional: [],
  examples: [{ nn: "abs", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#abs-function",
});
