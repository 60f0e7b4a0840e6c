import { defineInitializer } from "../definition.ts";
import { type Distribution, type FanMode, fanMisfit, fanOptions, scaled } from "../initializer.ts";
import { numberOf, numberOption } from "../options.ts";

const modes: readonly FanMode[] = ["fan_in", "fan_out", "fan_avg"];
const distributions: readonly Distribution[] = ["truncated_normal", "untruncated_normal", "uniform"];

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
  expand(g, shape, options, random) {
    const how = {
      scale: numberOf(options, "scale"),
      mode: modes.find((mode) => mode === options.mode) ?? "fan_in",
      distribution: distributions.find((name) => name === options.distribution) ?? "truncated_normal",
    };
    return scaled(g, shape, random(0), how, options);
  },
  source: "https://keras.io/api/layers/initializers/",
});
