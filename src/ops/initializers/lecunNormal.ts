import { defineInitializer } from "../definition.ts";
import { variance } from "../initializer.ts";

export const lecunNormal = defineInitializer({
  ...variance(1, "fan_in", "truncated_normal"),
  name: "lecun_normal",
  aliases: ["LecunNormal"],
  summary: "Normal, cut off at two deviations, with variance 1 / inputs.",
  source: "LeCun et al. 1998, section 4.6",
});
