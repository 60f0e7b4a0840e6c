import { defineFunction, ok } from "../definition.ts";
import { lettersOf, pairwise } from "../lettered.ts";
import { innerShape } from "../shape.ts";

export const dot = defineFunction({
  ...pairwise((a, b) => {
    const [left, right] = [innerShape(a).length, innerShape(b).length];
    const [own, other] = [lettersOf("a", left), lettersOf("b", right)];
    // A single number multiplies everything.
    if (left === 0 || right === 0) return ok({ operands: [own, other], output: [...own, ...other] });
    const inner = right === 1 ? 0 : right - 2;
    return ok({
      operands: [own.with(left - 1, "k"), other.with(inner, "k")],
      output: [...own.slice(0, -1), ...other.toSpliced(inner, 1)],
    });
  }),
  name: "dot",
  summary: "The sum of products over the last axis of a and the last but one of b; a row has only its last.",
  options: {},
  positional: [],
  examples: [
    { nn: "dot()", type: "f32[4], f32[4] -> f32[]" },
    { nn: "dot()", type: "f32[2, 3], one f32[2, 3, 4] -> f32[2, 2, 4]" },
  ],
  source: "https://keras.io/api/ops/numpy/#dot-function",
});
