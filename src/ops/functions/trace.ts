import type { OptionRecord } from "../../ir/graph.ts";
import type { TensorType } from "../../ir/types.ts";
import { type Checked, defineFunction, ok } from "../definition.ts";
import { diagonalOf, diagonalOptions, diagonalType, twoAxes } from "../diagonals.ts";
import { sizedMovement } from "../moving.ts";
import { numberOf } from "../options.ts";
import { summed } from "../reducing.ts";
import { accepted, andThen } from "../shape.ts";

const lineOf = (x: TensorType, options: OptionRecord): Checked<TensorType> =>
  andThen(twoAxes(x, options), ([a, b]) => diagonalType(x, a, b, numberOf(options, "offset")));

export const trace = defineFunction({
  ...sizedMovement(
    (x, options) =>
      andThen(lineOf(x, options), ({ dtype, shape }) => ok({ dtype: summed(dtype), shape: shape.slice(0, -1) })),
    (g, x, to, options) => {
      const [a, b] = accepted(twoAxes(x.type, options));
      const length = Number(accepted(lineOf(x.type, options)).shape.at(-1));
      return g.sum(diagonalOf(g, g.cast(x, to.dtype), a, b, numberOf(options, "offset"), length), [-1]);
    },
  ),
  name: "trace",
  summary: "The sum of a diagonal of two axes.",
  options: diagonalOptions,
  positional: ["offset", "axis1", "axis2"],
  examples: [
    { nn: "trace", type: "f32[3, 4] -> f32[]" },
    { nn: "trace(1, 1, -1)", type: "i32[3, 2, 4] -> i32[2]" },
  ],
  source: "https://keras.io/api/ops/numpy/#trace-function",
});
