import { binaryOf } from "../arithmetic.ts";
import { defineFunction } from "../definition.ts";

export const logaddexp = defineFunction({
  ...binaryOf((g, a, b) => {
    const larger = g.map("ge", a, b);
    const [high, low] = [g.select(larger, a, b), g.select(larger, b, a)];
    // Equal infinities have no difference.
    const gap = g.select(g.map("eq", a, b), 0, g.sub(low, high));
    return g.add(high, g.map("softplus", gap));
  }),
  name: "logaddexp",
  summary: "log(exp(a) + exp(b)), without overflow.",
  examples: [{ nn: "logaddexp()", type: "f32[4, 3], f32[3] -> f32[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#logaddexp-function",
});
