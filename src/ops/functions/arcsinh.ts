import type { Builder, Value } from "../../ir/builder.ts";
import { defineFunction } from "../definition.ts";
import { elementwise } from "../elementwise.ts";

/** Beyond this, x² + 1 is x² in any arithmetic. */
const LARGE = 1e9;

/** Computes with |x|, whose slope at 0 is 1 here. */
function areaSine(g: Builder, x: Value): Value {
  const negative = g.map("lt", x, 0);
  const size = g.select(negative, g.map("neg", x), x);
  const near = g.map("min", size, LARGE);
  const squared = g.map("square", near);
  const rise = g.div(squared, g.add(g.map("sqrt", g.add(squared, 1)), 1));
  const far = g.add(g.map("log", g.map("max", size, 1)), Math.LN2);
  const result = g.select(g.map("gt", size, LARGE), far, g.map("log1p", g.add(near, rise)));
  return g.select(negative, g.map("neg", result), result);
}

export const arcsinh = defineFunction({
  ...elementwise(areaSine),
  name: "arcsinh",
  aliases: ["asinh"],
  summary: "The inverse of the hyperbolic sine.",
  options: {},
  positional: [],
  examples: [{ nn: "arcsinh", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#arcsinh-function",
});
