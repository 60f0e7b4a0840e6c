import { defineFunction } from "../definition.ts";
import { elementwiseActivation } from "../elementwise.ts";

export const sparsePlus = defineFunction({
  ...elementwiseActivation((g, x) => {
    const middle = g.mul(g.map("square", g.add(x, 1)), 0.25);
    return g.select(g.map("le", x, -1), 0, g.select(g.map("lt", x, 1), middle, x));
  }),
  name: "sparse_plus",
  summary: "0 up to -1, (x + 1)² / 4 up to 1, x above.",
  options: {},
  positional: [],
  examples: [{ nn: "sparse_plus", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/layers/activations/#sparse_plus-function",
});
