import { binaryOf } from "../arithmetic.ts";
import { defineFunction } from "../definition.ts";

export const hypot = defineFunction({
  ...binaryOf((g, a, b) => {
    const [x, y] = [g.map("abs", a), g.map("abs", b)];
    const [high, low] = [g.map("max", x, y), g.map("min", x, y)];
    const zero = g.map("eq", high, 0);
    const ratio = g.select(zero, 0, g.div(low, g.select(zero, 1, high)));
    return g.mul(high, g.map("sqrt", g.add(g.map("square", ratio), 1)));
  }),
  name: "hypot",
  summary: "√(a² + b²), without overflow.",
  examples: [{ nn: "hypot()", type: "f32[4, 3], f32[3] -> f32[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#hypot-function",
});
