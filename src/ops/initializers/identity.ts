import { tensor } from "../../ir/types.ts";
import { defineInitializer } from "../definition.ts";
import { filled } from "../initializer.ts";
import { numberOf, numberOption } from "../options.ts";

export const identity = defineInitializer({
  name: "identity",
  aliases: ["Identity", "IdentityInitializer"],
  summary: "The identity matrix, times `gain`.",
  options: { gain: numberOption(1, "The number on the diagonal.") },
  positional: ["gain"],
  misfit: (shape) => (shape.length === 2 ? undefined : "identity starts a matrix, which has two axes"),
  expand(g, shape, options) {
    const type = tensor("i32", ...shape);
    const diagonal = g.map("eq", g.iota(type, 0), g.iota(type, 1));
    return g.select(diagonal, filled(g, shape, numberOf(options, "gain")), 0);
  },
  source: "https://keras.io/api/layers/initializers/",
});
