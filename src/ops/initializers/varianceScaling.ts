import type { OptionRecord } from "../../ir/graph.ts";
import { defineInitializer } from "../definition.ts";
import { type Distribution, type FanMode, fanMisfit, fanOptions, scaled, scaledVariance } from "../initializer.ts";
import { numberOf, numberOption } from "../options.ts";

const modes: readonly FanMode[] = ["fan_in", "fan_out", "fan_avg"];
const distributions: readonly Distribution[] = ["truncated_normal", "untruncated_normal", "uniform"];

const howOf = (options: OptionRecord) => ({
  scale: numberOf(options, "scale"),
  mode: modes.find((mode) => mode === options.mode) ?? ("fan_in" as const),
  distribution: distributions.find((name) => name === options.distribution) ?? ("truncated_normal" as const),
});

export const varianceScaling = defineInitializer({
  name: "variance_scaling",
  aliases: ["VarianceScaling"],
  summary: "Numbers whose variance is `scale` divided by the number of inputs, outputs, or their mean.",
  options: {
    scale: numberOption(1, "The variance times the fan.", { min: 0 }),
    mode: { type: { kind: "choice", values: modes }, default: "fan_in", doc: "The fan that divides the variance." },
    distribution: {
      type: { kind: "choice", values: distributions },
      default: "truncated_normal",
      doc: "The distribution; the truncated one is cut off at two deviations.",
    },
    ...fanOptions,
  },
  positional: [],
  misfit: fanMisfit,
  size: (options, shape) => Math.sqrt(scaledVariance(shape, howOf(options), options)),
  expand: (g, shape, options, random) => scaled(g, shape, random(0), howOf(options), options),
  source: "https://keras.io/api/layers/initializers/",
});
