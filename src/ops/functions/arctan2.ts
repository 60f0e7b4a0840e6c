import { angle } from "../angle.ts";
import { binaryOf } from "../arithmetic.ts";
import { defineFunction } from "../definition.ts";

export const arctan2 = defineFunction({
  ...binaryOf(angle),
  name: "arctan2",
  aliases: ["atan2"],
  summary: "The angle of the point (b, a), from -π to π.",
  examples: [{ nn: "arctan2()", type: "f32[4, 3], f32[3] -> f32[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#arctan2-function",
});
