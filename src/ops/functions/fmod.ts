import { binaryOf } from "../arithmetic.ts";
import { defineFunction } from "../definition.ts";
import { numeric } from "../elementwise.ts";

export const fmod = defineFunction({
  ...binaryOf((g, a, b) => {
    const rest = g.map("mod", g.map("abs", a), g.map("abs", b));
    return g.mul(g.map("sign", a), rest);
  }, numeric),
  name: "fmod",
  summary: "The remainder of a / b with the sign of a, as in C.",
  domain: [0.3, 2],
  examples: [{ nn: "fmod()", type: "f32[4, 3], f32[3] -> f32[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#fmod-function",
});
