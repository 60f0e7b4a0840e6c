import { defineLoss } from "../definition.ts";
import {
  axisMisfit,
  classAxis,
  classesLast,
  classShares,
  clipped,
  fromLogits,
  isClassIndex,
  isTargetClass,
  labelSmoothing,
  normalised,
  pick,
  rowsOf,
  smoothed,
} from "../loss.ts";
import { reduction } from "../lossReduction.ts";
import { flag, numberOf } from "../options.ts";
import { known } from "../shape.ts";
import { logSoftmaxOver } from "../softmax.ts";

export const categoricalCrossentropy = defineLoss({
  name: "categorical_crossentropy",
  elsewhere: [
    "cce",
    "cross_entropy",
    "ce",
    "log_loss",
    "logloss",
    "softmax_cross_entropy",
    "softmax_cross_entropy_with_logits",
  ],
  summary: "-log of the probability given to the right class. Targets are class indices or the share of each class.",
  options: { from_logits: fromLogits, label_smoothing: labelSmoothing, axis: classAxis, reduction },
  positional: [],
  wants: "classes",
  targets: { range: [0, 1] },
  comparesRows: true,
  logitsOption: "from_logits",
  logitsOf: "softmax",
  takesClasses: true,
  usualFor: "classes",
  misfit: axisMisfit,
  expand(g, givenPrediction, givenTarget, options) {
    const rows = rowsOf(g, givenPrediction, givenTarget);
    const { prediction, target } = classesLast(g, rows.prediction, rows.target, options);
    const logits = flag(options, "from_logits");
    if (isClassIndex(prediction, target) && numberOf(options, "label_smoothing") === 0) {
      const isTarget = isTargetClass(g, prediction, target);
      const log = logits
        ? pick(g, isTarget, logSoftmaxOver(g, prediction, [-1]))
        : g.map("log", pick(g, isTarget, clipped(g, normalised(g, prediction))));
      return g.map("neg", log);
    }
    const classes = known(prediction.type.shape[prediction.type.shape.length - 1]);
    const shares = smoothed(g, classShares(g, prediction, target), options, 1 / classes);
    const logs = logits ? logSoftmaxOver(g, prediction, [-1]) : g.map("log", clipped(g, normalised(g, prediction)));
    return g.map("neg", g.sum(g.mul(shares, logs), [-1]));
  },
  source: "https://keras.io/api/losses/probabilistic_losses/#categorical_crossentropy-function",
});
