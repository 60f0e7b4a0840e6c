import { defineInitializer } from "../definition.ts";
import { filled } from "../initializer.ts";
import { numberOf, numberOption } from "../options.ts";

export const constant = defineInitializer({
  name: "constant",
  aliases: ["Constant"],
  summary: "The same number everywhere.",
  options: { value: numberOption(0, "The number.") },
  isEven: true,
  positional: ["value"],
  expand: (g, shape, options) => filled(g, shape, numberOf(options, "value")),
  source: "https://keras.io/api/layers/initializers/",
});
