import { defineInitializer } from "../definition.ts";
import { variance } from "../initializer.ts";

export const heUniform = defineInitializer({
  ...variance(2, "fan_in", "uniform"),
  name: "he_uniform",
  aliases: ["HeUniform"],
  elsewhere: ["kaiming_uniform"],
  summary: "Uniform, with variance 2 / inputs.",
  source: "He et al. 2015, eq. 10",
});
