import { tensor } from "../../ir/types.ts";
import { constant, countOption, dtypeOption, integerOption } from "../constants.ts";
import { defineFunction, ok } from "../definition.ts";
import { maybeNumber, numberOf } from "../options.ts";

export const eye = defineFunction({
  ...constant(
    (options) => ok([numberOf(options, "N"), maybeNumber(options, "M") ?? numberOf(options, "N")]),
    (g, type, options) => {
      const shape = tensor("i32", ...type.shape);
      return g.map("eq", g.sub(g.iota(shape, 1), g.iota(shape, 0)), numberOf(options, "k"));
    },
  ),
  name: "eye",
  aliases: ["identity"],
  summary: "Ones on a diagonal, zeros elsewhere.",
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
  examples: [{ nn: "eye(3, 4, k: 1)", type: "-> one f32[3, 4]" }],
  source: "https://keras.io/api/ops/numpy/#eye-function",
});
