import type { Builder, Value } from "../../ir/builder.ts";
import { defineLoss } from "../definition.ts";
import { clipped, EPSILON, fromLogits, isTargetClass, pick } from "../loss.ts";
import { flag, maybeNumber } from "../options.ts";
import { logSoftmaxOver } from "../softmax.ts";

/** Samples of the ignored class count as 0, and the others for more, so that a mean is one over the others. */
function withoutClass(g: Builder, values: Value, target: Value, ignored: number): Value {
  const counts = g.cast(g.map("ne", g.reshape(g.cast(target, "i32"), values.type.shape), ignored), "f32");
  const axes = values.type.shape.map((_, i) => i);
  const share = g.add(g.mean(counts, axes), EPSILON);
  return g.div(g.mul(values, counts), share);
}

export const sparseCategoricalCrossentropy = defineLoss({
  name: "sparse_categorical_crossentropy",
  summary: "-log of the probability given to the right class. Targets are class indices.",
  options: {
    from_logits: fromLogits,
    ignore_class: {
      type: { kind: "int" },
      optional: true,
      default: undefined,
      doc: "A class whose samples do not count: the mean is over the others.",
    },
  },
  positional: [],
  wants: "classes",
  logitsOption: "from_logits",
  logitsOf: "softmax",
  takesClasses: true,
  onShares: "categorical_crossentropy",
  expand(g, prediction, target, options) {
    const logits = flag(options, "from_logits") ? prediction : g.map("log", clipped(g, prediction));
    const isTarget = isTargetClass(g, prediction, target);
    const values = g.map("neg", pick(g, isTarget, logSoftmaxOver(g, logits, [-1])));
    const ignored = maybeNumber(options, "ignore_class");
    return ignored === undefined ? values : withoutClass(g, values, target, ignored);
  },
  source: "https://keras.io/api/losses/probabilistic_losses/#sparse_categorical_crossentropy-function",
});
