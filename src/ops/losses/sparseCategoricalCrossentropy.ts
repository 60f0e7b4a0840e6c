import type { Builder, Value } from "../../ir/builder.ts";
import type { OptionRecord } from "../../ir/graph.ts";
import { defineLoss } from "../definition.ts";
import { clipped, EPSILON, fromLogits, isTargetClass, pick } from "../loss.ts";
import { flag, maybeNumber } from "../options.ts";
import { logSoftmaxOver } from "../softmax.ts";

/** Returns 1 for each sample that counts, and 0 for samples of the ignored class. */
const counted = (g: Builder, values: Value, target: Value, ignored: number): Value =>
  g.cast(g.map("ne", g.reshape(g.cast(target, "i32"), values.type.shape), ignored), "f32");

/** Computes the cross-entropy of each sample; samples of the class `ignore_class` have 0. */
export function sparseValues(g: Builder, prediction: Value, target: Value, options: OptionRecord): Value {
  const logits = flag(options, "from_logits") ? prediction : g.map("log", clipped(g, prediction));
  const isTarget = isTargetClass(g, prediction, target);
  const values = g.map("neg", pick(g, isTarget, logSoftmaxOver(g, logits, [-1])));
  const ignored = maybeNumber(options, "ignore_class");
  return ignored === undefined ? values : g.mul(values, counted(g, values, target, ignored));
}

export const sparseCategoricalCrossentropy = defineLoss({
  name: "sparse_categorical_crossentropy",
  elsewhere: ["scce", "nll_loss"],
  summary: "-log of the probability given to the right class. Targets are class indices.",
  options: {
    from_logits: fromLogits,
    ignore_class: {
      type: { kind: "int" },
      optional: true,
      default: undefined,
      doc: "A class whose samples do not count; the mean is over the others.",
    },
  },
  positional: [],
  wants: "classes",
  logitsOption: "from_logits",
  logitsOf: "softmax",
  takesClasses: true,
  onShares: "categorical_crossentropy",
  expand(g, prediction, target, options) {
    const values = sparseValues(g, prediction, target, options);
    const ignored = maybeNumber(options, "ignore_class");
    if (ignored === undefined) return values;
    // The samples that count are scaled up, so that the mean over all is the mean over them.
    const axes = values.type.shape.map((_, i) => i);
    return g.div(values, g.add(g.mean(counted(g, values, target, ignored), axes), EPSILON));
  },
  source: "https://keras.io/api/losses/probabilistic_losses/#sparse_categorical_crossentropy-function",
});
