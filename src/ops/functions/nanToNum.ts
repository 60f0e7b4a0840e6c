import { defineFunction } from "../definition.ts";
import { elementwise, LARGEST } from "../elementwise.ts";
import { maybeNumber, numberOf, numberOption } from "../options.ts";

export const nanToNum = defineFunction({
  ...elementwise((g, x, options) => {
    const infinite = Number.POSITIVE_INFINITY;
    const numbers = g.select(g.map("ne", x, x), numberOf(options, "nan"), x);
    const below = g.select(g.map("eq", numbers, infinite), maybeNumber(options, "posinf") ?? LARGEST, numbers);
    return g.select(g.map("eq", below, -infinite), maybeNumber(options, "neginf") ?? -LARGEST, below);
  }),
  name: "nan_to_num",
  summary: "Puts numbers in the place of NaN and of the two infinities.",
  options: {
    nan: numberOption(0, "The number for NaN."),
    posinf: {
      type: { kind: "float" },
      optional: true,
      default: undefined,
      doc: "The number for ∞; by default the largest of f32.",
    },
    neginf: {
      type: { kind: "float" },
      optional: true,
      default: undefined,
      doc: "The number for -∞; by default the least of f32.",
    },
  },
  positional: ["nan", "posinf", "neginf"],
  examples: [{ nn: "nan_to_num", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#nan_to_num-function",
});
