import { defineLoss } from "../definition.ts";
import { meanOver } from "../loss.ts";
import { reduction } from "../lossReduction.ts";

export const logCosh = defineLoss({
  name: "log_cosh",
  aliases: ["logcosh"],
  summary: "The mean of log(cosh(difference)).",
  options: { reduction },
  positional: [],
  wants: "anything",
  expand: meanOver((g, { prediction, target }) => {
    const difference = g.sub(prediction, target);
    return g.sub(g.add(difference, g.map("softplus", g.mul(difference, -2))), Math.LN2);
  }),
  source: "https://keras.io/api/losses/regression_losses/#log_cosh-function",
});
