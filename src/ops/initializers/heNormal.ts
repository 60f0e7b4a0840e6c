import { defineInitializer } from "../definition.ts";
import { variance } from "../initializer.ts";

export const heNormal = defineInitializer({
  ...variance(2, "fan_in", "truncated_normal"),
  name: "he_normal",
  aliases: ["HeNormal"],
  elsewhere: ["he", "kaiming", "kaiming_normal"],
  summary: "Normal, cut off at two deviations, with variance 2 / inputs.",
  source: "He et al. 2015, eq. 10",
});
