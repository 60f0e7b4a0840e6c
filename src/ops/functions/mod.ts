import { binary } from "../arithmetic.ts";
import { defineFunction } from "../definition.ts";
import { numeric } from "../elementwise.ts";

export const mod = defineFunction({
  ...binary("mod", numeric),
  name: "mod",
  aliases: ["remainder"],
  summary: "The remainder of a / b with the sign of b, as in Python.",
  domain: [0.3, 2],
  examples: [{ nn: "mod()", type: "f32[4, 3], f32[3] -> f32[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#mod-function",
});
