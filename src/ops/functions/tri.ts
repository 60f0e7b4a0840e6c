import { constant, countOption, dtypeOption, integerOption, triangle } from "../constants.ts";
import { defineFunction, ok } from "../definition.ts";
import { maybeNumber, numberOf } from "../options.ts";

export const tri = defineFunction({
  ...constant(
    (options) => ok([numberOf(options, "N"), maybeNumber(options, "M") ?? numberOf(options, "N")]),
    (g, type, options) => {
      const [rows = 1, columns = 1] = type.shape.map(Number);
      return triangle(g, rows, columns, numberOf(options, "k"));
    },
  ),
  name: "tri",
  summary: "Ones on and below a diagonal, zeros above it.",
  options: {
    N: { ...countOption("The number of rows."), aliases: ["n"] },
    M: {
      type: { kind: "int", min: 1 },
      optional: true,
      default: undefined,
      doc: "The number of columns, by default that of the rows.",
    },
    k: integerOption(0, "The diagonal: 0 is the main one, a positive number lies above it."),
    dtype: dtypeOption,
  },
  positional: ["N", "M", "k", "dtype"],
  examples: [{ nn: "tri(3, 4, k: 1)", type: "-> one f32[3, 4]" }],
  source: "https://keras.io/api/ops/numpy/#tri-function",
});
