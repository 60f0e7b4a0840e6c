import { defineLoss } from "../definition.ts";
import { axesMisfit, EPSILON, everyAxisOr, numbersOf, overlapAxes } from "../loss.ts";
import { reduction } from "../lossReduction.ts";
import { numberOf, numberOption } from "../options.ts";

export const tversky = defineLoss({
  name: "tversky",
  aliases: ["Tversky"],
  elsewhere: ["tversky_loss", "TverskyLoss"],
  summary:
    "1 - the Tversky index of prediction and target, an overlap in which false answers of both kinds have weights.",
  options: {
    alpha: numberOption(0.5, "The weight of targets that the prediction misses.", { min: 0 }),
    beta: numberOption(0.5, "The weight of predictions that no target asks for.", { min: 0 }),
    axis: overlapAxes,
    reduction,
  },
  positional: [],
  wants: "binary",
  targets: { range: [0, 1] },
  comparesShares: true,
  takesClasses: true,
  misfit: axesMisfit,
  expand(g, givenPrediction, givenTarget, options) {
    const { prediction, target } = numbersOf(g, givenPrediction, givenTarget);
    const axes = everyAxisOr(prediction, options);
    const both = g.sum(g.mul(target, prediction), axes);
    const missed = g.sum(g.mul(g.sub(1, prediction), target), axes);
    const extra = g.sum(g.mul(prediction, g.sub(1, target)), axes);
    const wrong = g.add(g.mul(missed, numberOf(options, "alpha")), g.mul(extra, numberOf(options, "beta")));
    return g.sub(1, g.div(both, g.add(g.add(both, wrong), EPSILON)));
  },
  source: "Salehi et al. 2017, eq. 4; https://keras.io/api/losses/probabilistic_losses/",
});
