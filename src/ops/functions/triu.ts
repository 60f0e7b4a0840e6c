import { integerOption, triangle } from "../constants.ts";
import { bad, defineFunction, ok } from "../definition.ts";
import { movement } from "../moving.ts";
import { numberOf } from "../options.ts";
import { innerShape } from "../shape.ts";

export const triu = defineFunction({
  ...movement(
    (x) =>
      innerShape(x).length >= 2
        ? ok(x)
        : bad({ problem: "rank", input: 0, expected: [2], expectedText: "[..., rows, columns]" }),
    (g, x, to, options) => {
      const [rows = 1, columns = 1] = to.shape.slice(-2).map(Number);
      const kept = g.broadcastTo(triangle(g, rows, columns, numberOf(options, "k"), true), to.shape);
      return g.select(kept, x, g.constant(0, to));
    },
  ),
  name: "triu",
  summary: "The elements on and above a diagonal of the last two axes; 0 elsewhere.",
  options: { k: integerOption(0, "The diagonal: 0 is the main one, a positive number lies above it.") },
  positional: ["k"],
  examples: [
    { nn: "triu(-1)", type: "f32[3, 4] -> f32[3, 4]" },
    { nn: "triu", type: "bool[3, 3] -> bool[3, 3]" },
  ],
  source: "https://keras.io/api/ops/numpy/#triu-function",
});
