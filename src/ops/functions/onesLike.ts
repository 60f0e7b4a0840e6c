import { defineFunction } from "../definition.ts";
import { anyType, elementwise } from "../elementwise.ts";

export const onesLike = defineFunction({
  ...elementwise((g, x) => g.constant(1, x.type), anyType),
  name: "ones_like",
  summary: "Ones of the shape and element type of x.",
  options: {},
  positional: [],
  examples: [{ nn: "ones_like", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#ones_like-function",
});
