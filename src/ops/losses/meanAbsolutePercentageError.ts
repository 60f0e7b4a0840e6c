import { defineLoss } from "../definition.ts";
import { EPSILON, meanOver } from "../loss.ts";
import { reduction } from "../lossReduction.ts";

export const meanAbsolutePercentageError = defineLoss({
  name: "mean_absolute_percentage_error",
  aliases: ["mape", "MAPE"],
  summary: "The mean of the absolute differences as a percentage of the target.",
  options: { reduction },
  positional: [],
  wants: "anything",
  targets: { exceptZero: true },
  expand: meanOver((g, { prediction, target }) => {
    const size = g.map("max", g.map("abs", target), EPSILON);
    return g.mul(g.div(g.map("abs", g.sub(prediction, target)), size), 100);
  }),
  source: "https://keras.io/api/losses/regression_losses/#mean_absolute_percentage_error-function",
});
