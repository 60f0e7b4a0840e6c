import { defineLoss } from "../definition.ts";
import { meanOver } from "../loss.ts";
import { reduction } from "../lossReduction.ts";

export const meanAbsoluteError = defineLoss({
  name: "mean_absolute_error",
  elsewhere: ["l1_loss"],
  aliases: ["mae", "MAE"],
  summary: "The mean of the absolute differences.",
  options: { reduction },
  positional: [],
  wants: "anything",
  expand: meanOver((g, { prediction, target }) => g.map("abs", g.sub(prediction, target))),
  source: "https://keras.io/api/losses/regression_losses/#mean_absolute_error-function",
});
