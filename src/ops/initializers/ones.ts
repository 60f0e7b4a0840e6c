import { defineInitializer } from "../definition.ts";
import { filled } from "../initializer.ts";

export const ones = defineInitializer({
  name: "ones",
  aliases: ["Ones"],
  summary: "All 1.",
  options: {},
  isEven: true,
  positional: [],
  expand: (g, shape) => filled(g, shape, 1),
  source: "https://keras.io/api/layers/initializers/",
});
