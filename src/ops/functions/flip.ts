import { bad, defineFunction, ok } from "../definition.ts";
import { flipped, movement } from "../moving.ts";
import { axesMissing, axesOption, chosenAxes } from "../reducing.ts";

export const flip = defineFunction({
  ...movement(
    (x, options) => {
      const missing = axesMissing(x, options);
      return missing === undefined ? ok(x) : bad(missing);
    },
    (g, x, _, options) => flipped(g, x, chosenAxes(x.type, options)),
  ),
  name: "flip",
  summary: "Turns the order of elements around along axes.",
  options: { axis: axesOption("The axes to turn around") },
  positional: ["axis"],
  examples: [
    { nn: "flip", type: "f32[4, 3] -> f32[4, 3]" },
    { nn: "flip(1)", type: "i32[4, 3] -> i32[4, 3]" },
  ],
  source: "https://keras.io/api/ops/numpy/#flip-function",
});
