import type { Builder, Value } from "../../ir/builder.ts";
import type { OptionRecord } from "../../ir/graph.ts";
import { defineLoss } from "../definition.ts";
import {
  axisMisfit,
  classAxis,
  classesLast,
  classShares,
  clipped,
  fromLogits,
  labelSmoothing,
  normalised,
  rowsOf,
  smoothed,
} from "../loss.ts";
import { reduction } from "../lossReduction.ts";
import { flag, numberOf, numberOption, numbers } from "../options.ts";
import { known, positionOf } from "../shape.ts";
import { softmaxOver } from "../softmax.ts";

/** One weight for all classes, or one for each. */
function weighted(g: Builder, x: Value, options: OptionRecord): Value {
  const [first = 1, ...more] = numbers(options, "alpha");
  return g.mul(x, more.length === 0 ? first : g.constant([first, ...more], { dtype: "f32", shape: [more.length + 1] }));
}

export const categoricalFocalCrossentropy = defineLoss({
  name: "categorical_focal_crossentropy",
  aliases: ["CategoricalFocalCrossentropy"],
  elsewhere: ["focal", "focal_loss", "FocalLoss"],
  summary: "Cross-entropy times alpha · (1 - p)^gamma, where p is the probability given to the class.",
  options: {
    alpha: {
      type: { kind: "numbers", single: true, min: 0 },
      default: 0.25,
      doc: "The weight of all classes, or a list with that of each.",
    },
    gamma: numberOption(2, "How strongly answers that are nearly right lose weight.", { min: 0 }),
    from_logits: fromLogits,
    label_smoothing: labelSmoothing,
    axis: classAxis,
    reduction,
  },
  positional: [],
  wants: "classes",
  targets: { range: [0, 1] },
  comparesRows: true,
  logitsOption: "from_logits",
  logitsOf: "softmax",
  takesClasses: true,
  misfit(prediction, target, options) {
    const axis = axisMisfit(prediction, target, options);
    if (axis !== undefined) return axis;
    const classes = prediction.shape[positionOf(numberOf(options, "axis"), prediction.shape.length)];
    const weights = numbers(options, "alpha").length;
    if (weights === 1 || weights === classes) return undefined;
    return { option: "alpha", message: `it has ${weights} weights, but there are ${classes} classes` };
  },
  expand(g, givenPrediction, givenTarget, options) {
    const rows = rowsOf(g, givenPrediction, givenTarget);
    const { prediction, target } = classesLast(g, rows.prediction, rows.target, options);
    const classes = known(prediction.type.shape[prediction.type.shape.length - 1]);
    const shares = smoothed(g, classShares(g, prediction, target), options, 1 / classes);
    const p = flag(options, "from_logits") ? softmaxOver(g, prediction, [-1]) : prediction;
    const kept = clipped(g, normalised(g, p));
    const each = g.map("neg", g.mul(shares, g.map("log", kept)));
    const factor = weighted(g, g.map("pow", g.sub(1, kept), numberOf(options, "gamma")), options);
    return g.sum(g.mul(factor, each), [-1]);
  },
  source: "Lin et al. 2017; https://keras.io/api/losses/probabilistic_losses/#categorical_focal_crossentropy-function",
});
