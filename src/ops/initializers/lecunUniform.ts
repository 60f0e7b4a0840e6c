import { defineInitializer } from "../definition.ts";
import { variance } from "../initializer.ts";

export const lecunUniform = defineInitializer({
  ...variance(1, "fan_in", "uniform"),
  name: "lecun_uniform",
  aliases: ["LecunUniform"],
  summary: "Uniform, with variance 1 / inputs.",
  source: "LeCun et al. 1998, section 4.6",
});
