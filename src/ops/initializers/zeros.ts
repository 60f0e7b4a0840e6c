import { defineInitializer } from "../definition.ts";
import { filled } from "../initializer.ts";

export const zeros = defineInitializer({
  name: "zeros",
  aliases: ["Zeros"],
  summary: "All 0.",
  options: {},
  isEven: true,
  positional: [],
  expand: (g, shape) => filled(g, shape, 0),
  source: "https://keras.io/api/layers/initializers/",
});
