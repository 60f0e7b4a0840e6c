import { defineLoss } from "../definition.ts";
import { axisMisfit, fromLogits, labelSmoothing, meanAlong, meanAxis, smoothed } from "../loss.ts";
import { reduction } from "../lossReduction.ts";
import { flag, flagOption, numberOf, numberOption } from "../options.ts";
import { binaryValues } from "./binaryCrossentropy.ts";

export const binaryFocalCrossentropy = defineLoss({
  name: "binary_focal_crossentropy",
  aliases: ["BinaryFocalCrossentropy"],
  summary: "Binary cross-entropy times (1 - p)^gamma, where p is the probability given to the right answer.",
  options: {
    apply_class_balancing: flagOption(false, "Whether answers of 1 count `alpha`, and answers of 0 `1 - alpha`."),
    alpha: numberOption(0.25, "The weight of answers of 1, with `apply_class_balancing`.", { min: 0, max: 1 }),
    gamma: numberOption(2, "How strongly answers that are nearly right lose weight.", { min: 0 }),
    from_logits: fromLogits,
    label_smoothing: labelSmoothing,
    axis: meanAxis,
    reduction,
  },
  positional: [],
  wants: "binary",
  targets: { range: [0, 1] },
  logitsOption: "from_logits",
  logitsOf: "sigmoid",
  takesClasses: true,
  misfit: axisMisfit,
  expand: meanAlong((g, pair, options) => {
    const target = smoothed(g, pair.target, options, 0.5);
    const each = binaryValues(g, { ...pair, target }, options);
    const p = flag(options, "from_logits") ? g.map("sigmoid", pair.prediction) : pair.prediction;
    const right = g.add(g.mul(target, p), g.mul(g.sub(1, target), g.sub(1, p)));
    const focal = g.mul(g.map("pow", g.sub(1, right), numberOf(options, "gamma")), each);
    if (!flag(options, "apply_class_balancing")) return focal;
    const alpha = numberOf(options, "alpha");
    return g.mul(g.add(g.mul(target, alpha), g.mul(g.sub(1, target), 1 - alpha)), focal);
  }),
  source: "Lin et al. 2017; https://keras.io/api/losses/probabilistic_losses/#binary_focal_crossentropy-function",
});
