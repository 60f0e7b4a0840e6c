import type { Builder, Value } from "../../ir/builder.ts";
import type { OptionRecord } from "../../ir/graph.ts";
import { defineLoss } from "../definition.ts";
import { axisMisfit, clipped, fromLogits, labelSmoothing, meanAlong, meanAxis, type Pair, smoothed } from "../loss.ts";
import { reduction } from "../lossReduction.ts";
import { flag } from "../options.ts";

/** Computes -log of the probability of each right answer; targets are 0, 1 or between. */
export function binaryValues(g: Builder, { prediction, target }: Pair, options: OptionRecord): Value {
  // softplus(x) - x · t is -t · log(sigmoid(x)) - (1 - t) · log(1 - sigmoid(x)), without overflow.
  if (flag(options, "from_logits")) return g.sub(g.map("softplus", prediction), g.mul(prediction, target));
  const p = clipped(g, prediction);
  const yes = g.mul(target, g.map("log", p));
  const no = g.mul(g.sub(1, target), g.map("log", g.sub(1, p)));
  return g.map("neg", g.add(yes, no));
}

export const binaryCrossentropy = defineLoss({
  name: "binary_crossentropy",
  aliases: ["bce", "BCE"],
  elsewhere: ["bce_loss", "sigmoid_cross_entropy_with_logits"],
  summary: "-log of the probability given to the right answer, which is yes (1) or no (0).",
  options: { from_logits: fromLogits, label_smoothing: labelSmoothing, axis: meanAxis, reduction },
  positional: [],
  wants: "binary",
  targets: { range: [0, 1] },
  logitsOption: "from_logits",
  logitsOf: "sigmoid",
  takesClasses: true,
  usualFor: "binary",
  misfit: axisMisfit,
  expand: meanAlong((g, pair, options) =>
    binaryValues(g, { ...pair, target: smoothed(g, pair.target, options, 0.5) }, options),
  ),
  source: "https://keras.io/api/losses/probabilistic_losses/#binary_crossentropy-function",
});
