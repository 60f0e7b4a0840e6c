import { defineFunction } from "../definition.ts";
import { elementwise, numeric } from "../elementwise.ts";

export const neg = defineFunction({
  ...elementwise((g, x) => g.map("neg", x), numeric),
  name: "neg",
  prefix: "-",
  aliases: ["negative"],
  summary: "-x.",
  options: {},
  positional: [],
  examples: [{ nn: "neg", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#negative-function",
});
