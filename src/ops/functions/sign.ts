import { defineFunction } from "../definition.ts";
import { elementwise, numeric } from "../elementwise.ts";

export const sign = defineFunction({
  ...elementwise((g, x) => g.map("sign", x), numeric),
  name: "sign",
  stopsGradient: true,
  summary: "-1, 0 or 1.",
  options: {},
  positional: [],
  examples: [{ nn: "sign", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#sign-function",
});
