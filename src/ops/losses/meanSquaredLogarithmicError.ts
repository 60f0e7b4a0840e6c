import { defineLoss } from "../definition.ts";
import { EPSILON, meanOver } from "../loss.ts";
import { reduction } from "../lossReduction.ts";

export const meanSquaredLogarithmicError = defineLoss({
  name: "mean_squared_logarithmic_error",
  aliases: ["msle", "MSLE"],
  summary: "The mean of the squared differences of log(1 + x).",
  options: { reduction },
  positional: [],
  wants: "anything",
  targets: { range: [0, Infinity] },
  expand: meanOver((g, { prediction, target }) => {
    const logs = [prediction, target].map((x) => g.map("log", g.add(g.map("max", x, EPSILON), 1)));
    const [predicted = prediction, wanted = target] = logs;
    return g.map("square", g.sub(predicted, wanted));
  }),
  source: "https://keras.io/api/losses/regression_losses/#mean_squared_logarithmic_error-function",
});
