import { constant, dtypeOption, givenShape, shapeOption } from "../constants.ts";
import { defineFunction } from "../definition.ts";

export const ones = defineFunction({
  ...constant(givenShape, (g, type) => g.constant(1, type)),
  name: "ones",
  summary: "Ones of a shape, the same for all samples.",
  options: { shape: shapeOption("The shape, without the batch."), dtype: dtypeOption },
  positional: ["shape", "dtype"],
  examples: [{ nn: "ones([2, 3])", type: "-> one f32[2, 3]" }],
  source: "https://keras.io/api/ops/numpy/#ones-function",
});
