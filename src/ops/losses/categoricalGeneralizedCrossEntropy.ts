import { defineLoss } from "../definition.ts";
import { classShares, rowsOf } from "../loss.ts";
import { reduction } from "../lossReduction.ts";
import { numberOf } from "../options.ts";

export const categoricalGeneralizedCrossEntropy = defineLoss({
  name: "categorical_generalized_cross_entropy",
  aliases: ["CategoricalGeneralizedCrossEntropy"],
  summary:
    "(1 - p^q) / q, where p is the probability given to the right class: wrong labels weigh less than in cross-entropy.",
  options: {
    q: {
      type: { kind: "float", min: 0, max: 1, openMin: true, openMax: true },
      default: 0.5,
      doc: "Near 0 the loss is cross-entropy, near 1 the mean absolute error.",
    },
    reduction,
  },
  positional: ["q"],
  wants: "classes",
  targets: { range: [0, 1] },
  comparesRows: true,
  takesClasses: true,
  expand(g, givenPrediction, givenTarget, options) {
    const { prediction, target } = rowsOf(g, givenPrediction, givenTarget);
    const q = numberOf(options, "q");
    const p = g.sum(g.mul(prediction, classShares(g, prediction, target)), [-1]);
    // The slope at 0 is infinite, and would make every weight NaN.
    const any = g.map("gt", p, 0);
    const power = g.select(any, g.map("pow", g.select(any, p, 1), q), 0);
    return g.div(g.sub(1, power), q);
  },
  source: "Zhang, Sabuncu 2018, eq. 6; https://keras.io/api/losses/probabilistic_losses/",
});
