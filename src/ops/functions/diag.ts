import type { OptionRecord } from "../../ir/graph.ts";
import { addSizes, type Size } from "../../ir/size.ts";
import type { TensorType } from "../../ir/types.ts";
import { integerOption } from "../constants.ts";
import { bad, type Checked, defineFunction, ok } from "../definition.ts";
import { diagonalOf, diagonalType, ontoDiagonal } from "../diagonals.ts";
import { batchOf, sizedMovement, withInner } from "../moving.ts";
import { numberOf } from "../options.ts";
import { innerShape } from "../shape.ts";

function diagType(x: TensorType, options: OptionRecord): Checked<TensorType> {
  const [size = 1, columns, more] = innerShape(x);
  const k = numberOf(options, "k");
  if (more !== undefined || innerShape(x).length === 0)
    return bad({ problem: "rank", input: 0, expected: [1, 2], expectedText: "[n] or [rows, columns]" });
  if (columns !== undefined) return diagonalType(x, batchOf(x).length, batchOf(x).length + 1, k, "k");
  const side: Size = addSizes(size, Math.abs(k));
  return ok(withInner(x, [side, side]));
}

export const diag = defineFunction({
  ...sizedMovement(diagType, (g, x, to, options) => {
    const k = numberOf(options, "k");
    const first = batchOf(x.type).length;
    const size = Number(to.shape.at(-1));
    return innerShape(x.type).length === 2 ? diagonalOf(g, x, first, first + 1, k, size) : ontoDiagonal(g, x, k, size);
  }),
  name: "diag",
  summary: "Puts a row onto a diagonal of a square of zeros, or takes the diagonal of a matrix.",
  options: { k: integerOption(0, "The diagonal: 0 is the main one, a positive number lies above it.") },
  positional: ["k"],
  examples: [
    { nn: "diag(1)", type: "f32[3] -> f32[4, 4]" },
    { nn: "diag", type: "f32[3, 4] -> f32[3]" },
  ],
  source: "https://keras.io/api/ops/numpy/#diag-function",
});
