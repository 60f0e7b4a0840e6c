import { defineLoss } from "../definition.ts";
import { clipped, fromLogits, labelSmoothing, meanOver, smoothed } from "../loss.ts";
import { flag } from "../options.ts";

export const binaryCrossentropy = defineLoss({
  name: "binary_crossentropy",
  aliases: ["bce", "BCE"],
  summary: "-log of the probability given to the right answer, which is yes (1) or no (0).",
  options: { from_logits: fromLogits, label_smoothing: labelSmoothing },
  positional: [],
  wants: "binary",
  logitsOption: "from_logits",
  logitsOf: "sigmoid",
  takesClasses: true,
  usualFor: "binary",
  expand: meanOver((g, pair, options) => {
    const target = smoothed(g, pair.target, options, 0.5);
    // softplus(x) - x · t is -t · log(sigmoid(x)) - (1 - t) · log(1 - sigmoid(x)), without overflow.
    if (flag(options, "from_logits")) return g.sub(g.map("softplus", pair.prediction), g.mul(pair.prediction, target));
    const p = clipped(g, pair.prediction);
    const yes = g.mul(target, g.map("log", p));
    const no = g.mul(g.sub(1, target), g.map("log", g.sub(1, p)));
    return g.map("neg", g.add(yes, no));
  }),
  source: "https://keras.io/api/losses/probabilistic_losses/#binary_crossentropy-function",
});
