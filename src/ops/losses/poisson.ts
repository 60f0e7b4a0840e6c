import { defineLoss } from "../definition.ts";
import { EPSILON, meanOver } from "../loss.ts";
import { reduction } from "../lossReduction.ts";

export const poisson = defineLoss({
  name: "poisson",
  summary: "prediction - target · log(prediction).",
  options: { reduction },
  positional: [],
  wants: "anything",
  takesLogarithms: true,
  targets: { range: [0, Infinity] },
  expand: meanOver((g, { prediction, target }) =>
    g.sub(prediction, g.mul(target, g.map("log", g.add(prediction, EPSILON)))),
  ),
  source: "https://keras.io/api/losses/regression_losses/#poisson-function",
});
