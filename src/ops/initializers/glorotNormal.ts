import { defineInitializer } from "../definition.ts";
import { variance } from "../initializer.ts";

export const glorotNormal = defineInitializer({
  ...variance(1, "fan_avg", "truncated_normal"),
  name: "glorot_normal",
  aliases: ["GlorotNormal"],
  elsewhere: ["xavier_normal"],
  summary: "Normal, cut off at two deviations, with variance 1 / (mean of inputs and outputs).",
  source: "Glorot, Bengio 2010, eq. 16",
});
