import { defineLoss } from "../definition.ts";
import { classShares, rowsOf } from "../loss.ts";
import { reduction } from "../lossReduction.ts";

export const categoricalHinge = defineLoss({
  name: "categorical_hinge",
  summary: "max(largest wrong prediction - right prediction + 1, 0).",
  options: { reduction },
  positional: [],
  wants: "classes",
  comparesRows: true,
  takesScores: true,
  takesClasses: true,
  expand: (g, givenPrediction, givenTarget) => {
    const { prediction, target } = rowsOf(g, givenPrediction, givenTarget);
    const shares = classShares(g, prediction, target);
    const right = g.sum(g.mul(shares, prediction), [-1]);
    const wrong = g.max(g.mul(g.sub(1, shares), prediction), [-1]);
    return g.map("relu", g.add(g.sub(wrong, right), 1));
  },
  source: "https://keras.io/api/losses/hinge_losses/#categorical_hinge-function",
});
