import { defineInitializer } from "../definition.ts";
import { variance } from "../initializer.ts";

export const glorotUniform = defineInitializer({
  ...variance(1, "fan_avg", "uniform"),
  name: "glorot_uniform",
  isDefault: true,
  aliases: ["GlorotUniform"],
  elsewhere: ["glorot", "xavier", "xavier_uniform"],
  summary: "Uniform, with variance 1 / (mean of inputs and outputs).",
  source: "Glorot, Bengio 2010, eq. 16",
});
