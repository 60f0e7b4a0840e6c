import { defineFunction } from "../definition.ts";
import { elementwise, polynomial } from "../elementwise.ts";

/** Below it the series is exact. The derivative of the quotient would take nearly equal numbers from each other there. */
const NEAR = 0.1;
/** By the square of the angle: 1 - y / 3! + y² / 5! - y³ / 7! + y⁴ / 9!, the highest first. */
const series = [1 / 362_880, -1 / 5040, 1 / 120, -1 / 6, 1];

export const sinc = defineFunction({
  ...elementwise((g, x) => {
    const angle = g.mul(x, Math.PI);
    const isNear = g.map("lt", g.map("abs", x), NEAR);
    const [near, far] = [g.select(isNear, angle, 0), g.select(isNear, 1, angle)];
    return g.select(isNear, polynomial(g, series, g.mul(near, near)), g.div(g.map("sin", far), far));
  }),
  name: "sinc",
  summary: "sin(πx) / (πx), and 1 at 0.",
  options: {},
  positional: [],
  examples: [{ nn: "sinc", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#sinc-function",
});
