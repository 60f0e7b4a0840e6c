import type { Builder, Value } from "../../ir/builder.ts";
import type { OptionRecord } from "../../ir/graph.ts";
import { defineLoss } from "../definition.ts";
import { axisMisfit, classAxis, classesLast, clipped, fromLogits, isTargetClass, pick } from "../loss.ts";
import { reduction } from "../lossReduction.ts";
import { flag, maybeNumber } from "../options.ts";
import { logSoftmaxOver } from "../softmax.ts";

/** Returns whether each sample counts: those of the ignored class do not. Undefined if all do. */
function counts(g: Builder, values: Value, target: Value, options: OptionRecord): Value | undefined {
  const ignored = maybeNumber(options, "ignore_class");
  if (ignored === undefined) return undefined;
  return g.map("ne", g.reshape(g.cast(target, "i32"), values.type.shape), ignored);
}

export const sparseCategoricalCrossentropy = defineLoss({
  name: "sparse_categorical_crossentropy",
  elsewhere: ["scce", "nll_loss", "NLLLoss", "sparse_softmax_cross_entropy_with_logits"],
  summary: "-log of the probability given to the right class. Targets are class indices.",
  options: {
    from_logits: fromLogits,
    ignore_class: {
      type: { kind: "int" },
      optional: true,
      default: undefined,
      doc: "A class whose samples do not count; the mean is over the others.",
    },
    axis: classAxis,
    reduction,
  },
  positional: [],
  wants: "classes",
  logitsOption: "from_logits",
  logitsOf: "softmax",
  takesClasses: true,
  onShares: "categorical_crossentropy",
  misfit: axisMisfit,
  expand(g, givenPrediction, givenTarget, options) {
    const { prediction, target } = classesLast(g, givenPrediction, givenTarget, options);
    const logits = flag(options, "from_logits") ? prediction : g.map("log", clipped(g, prediction));
    const isTarget = isTargetClass(g, prediction, target);
    const values = g.map("neg", pick(g, isTarget, logSoftmaxOver(g, logits, [-1])));
    const counted = counts(g, values, target, options);
    return counted === undefined ? values : g.select(counted, values, 0);
  },
  counts,
  source: "https://keras.io/api/losses/probabilistic_losses/#sparse_categorical_crossentropy-function",
});
