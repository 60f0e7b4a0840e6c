import { defineFunction } from "../definition.ts";
import { diagonalOf, diagonalOptions, diagonalType, twoAxes } from "../diagonals.ts";
import { sizedMovement } from "../moving.ts";
import { numberOf } from "../options.ts";
import { accepted, andThen } from "../shape.ts";

export const diagonal = defineFunction({
  ...sizedMovement(
    (x, options) => andThen(twoAxes(x, options), ([a, b]) => diagonalType(x, a, b, numberOf(options, "offset"))),
    (g, x, to, options) => {
      const [a, b] = accepted(twoAxes(x.type, options));
      return diagonalOf(g, x, a, b, numberOf(options, "offset"), Number(to.shape.at(-1)));
    },
  ),
  name: "diagonal",
  summary: "A diagonal of two axes, which becomes the last axis.",
  options: diagonalOptions,
  positional: ["offset", "axis1", "axis2"],
  examples: [
    { nn: "diagonal", type: "f32[3, 4] -> f32[3]" },
    { nn: "diagonal(-1, 1, 3)", type: "f32[3, 2, 4] -> f32[2, 2]" },
  ],
  source: "https://keras.io/api/ops/numpy/#diagonal-function",
});
