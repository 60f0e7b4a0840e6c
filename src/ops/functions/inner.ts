import { defineFunction, ok } from "../definition.ts";
import { lettersOf, pairwise } from "../lettered.ts";
import { innerShape } from "../shape.ts";

export const inner = defineFunction({
  ...pairwise((a, b) => {
    const [own, other] = [lettersOf("a", innerShape(a).length), lettersOf("b", innerShape(b).length)];
    if (own.length === 0 || other.length === 0) return ok({ operands: [own, other], output: [...own, ...other] });
    return ok({
      operands: [own.with(-1, "k"), other.with(-1, "k")],
      output: [...own.slice(0, -1), ...other.slice(0, -1)],
    });
  }),
  name: "inner",
  summary: "The sum of products over the last axes of a and b.",
  options: {},
  positional: [],
  examples: [{ nn: "inner()", type: "f32[2, 3], f32[4, 3] -> f32[2, 4]" }],
  source: "https://keras.io/api/ops/numpy/#inner-function",
});
