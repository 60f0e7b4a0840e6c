import { defineFunction } from "../definition.ts";
import { anyType, elementwise } from "../elementwise.ts";

export const zerosLike = defineFunction({
  ...elementwise((g, x) => g.constant(0, x.type), anyType),
  name: "zeros_like",
  summary: "Zeros of the shape and element type of x.",
  options: {},
  positional: [],
  examples: [{ nn: "zeros_like", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#zeros_like-function",
});
