import { defineLoss } from "../definition.ts";
import { axesMisfit, EPSILON, everyAxisOr, numbersOf, overlapAxes } from "../loss.ts";
import { reduction } from "../lossReduction.ts";

export const dice = defineLoss({
  name: "dice",
  aliases: ["Dice"],
  elsewhere: ["dice_loss", "DiceLoss"],
  summary: "1 - twice the overlap of prediction and target, divided by the sum of both.",
  options: { axis: overlapAxes, reduction },
  positional: [],
  wants: "binary",
  targets: { range: [0, 1] },
  comparesShares: true,
  takesClasses: true,
  misfit: axesMisfit,
  expand(g, givenPrediction, givenTarget, options) {
    const { prediction, target } = numbersOf(g, givenPrediction, givenTarget);
    const axes = everyAxisOr(prediction, options);
    const overlap = g.mul(g.sum(g.mul(target, prediction), axes), 2);
    const whole = g.add(g.add(g.sum(target, axes), g.sum(prediction, axes)), EPSILON);
    return g.sub(1, g.div(overlap, whole));
  },
  source: "Milletari et al. 2016, eq. 1; https://keras.io/api/losses/probabilistic_losses/",
});
