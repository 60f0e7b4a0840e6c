import { constant, dtypeOption, givenShape, shapeOption } from "../constants.ts";
import { defineFunction } from "../definition.ts";
import { numberOf } from "../options.ts";

export const full = defineFunction({
  ...constant(givenShape, (g, type, options) => g.constant(numberOf(options, "fill_value"), { ...type, dtype: "f32" })),
  name: "full",
  summary: "The same number everywhere in a shape.",
  options: {
    shape: shapeOption("The shape, without the batch."),
    fill_value: { type: { kind: "float" }, required: true, doc: "The number." },
    dtype: dtypeOption,
  },
  positional: ["shape", "fill_value", "dtype"],
  examples: [{ nn: "full([2, 3], 7, i32)", type: "-> one i32[2, 3]" }],
  source: "https://keras.io/api/ops/numpy/#full-function",
});
