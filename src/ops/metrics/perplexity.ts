import { defineMetric } from "../definition.ts";
import { isClassIndex } from "../loss.ts";
import { categoricalCrossentropy } from "../losses/categoricalCrossentropy.ts";
import { fromLogits, meanMetric, takesLogits } from "../metric.ts";
import { maybeNumber, withDefaults } from "../options.ts";

export const perplexity = defineMetric({
  name: "perplexity",
  aliases: ["Perplexity"],
  summary:
    "e to the mean cross-entropy of all classes or tokens: among how many equally likely ones the model still hesitates.",
  options: {
    from_logits: fromLogits,
    mask_token_id: {
      type: { kind: "int", min: 0 },
      optional: true,
      default: undefined,
      doc: "A class that does not count, such as padding. Targets must be class indices.",
    },
  },
  positional: [],
  misfit: (prediction, target, { mask_token_id }) =>
    mask_token_id === undefined || isClassIndex({ type: prediction }, { type: target })
      ? undefined
      : { option: "mask_token_id", message: "targets are shares of classes, of which none is a single class" },
  ...meanMetric(
    (g, call) =>
      categoricalCrossentropy.expand(
        g,
        call.prediction,
        call.target,
        withDefaults(categoricalCrossentropy.options, { from_logits: takesLogits(call) }),
      ),
    {
      finish: (g, mean) => g.map("exp", mean),
      counts(g, values, { target, options }) {
        const ignored = maybeNumber(options, "mask_token_id");
        if (ignored === undefined) return undefined;
        return g.map("ne", g.reshape(g.cast(target, "i32"), values.type.shape), ignored);
      },
    },
  ),
  higherIsBetter: false,
  fits: "classes",
  source: "https://keras.io/keras_hub/api/metrics/perplexity/",
});
