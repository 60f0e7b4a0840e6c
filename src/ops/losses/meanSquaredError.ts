import { defineLoss } from "../definition.ts";
import { meanOver } from "../loss.ts";
import { reduction } from "../lossReduction.ts";

export const meanSquaredError = defineLoss({
  name: "mean_squared_error",
  elsewhere: ["mse_loss"],
  aliases: ["mse", "MSE"],
  summary: "The mean of the squared differences.",
  options: { reduction },
  positional: [],
  wants: "anything",
  usualFor: "numbers",
  expand: meanOver((g, { prediction, target }) => g.map("square", g.sub(prediction, target))),
  source: "https://keras.io/api/losses/regression_losses/#mean_squared_error-function",
});
