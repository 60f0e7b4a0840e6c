import { defineFunction } from "../definition.ts";
import { elementwiseActivation, exponentialLinear } from "../elementwise.ts";

export const selu = defineFunction({
  ...elementwiseActivation((g, x) => g.mul(exponentialLinear(g, x, 1.6732632423543772, "ge"), 1.0507009873554805)),
  name: "selu",
  summary: "ELU with the scale and alpha that keep the mean and the variance.",
  suits: ["lecun_normal", "lecun_uniform"],
  options: {},
  positional: [],
  examples: [{ nn: "selu", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "Klambauer et al. 2017, eq. 2",
});
