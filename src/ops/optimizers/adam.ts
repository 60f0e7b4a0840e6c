import { defineOptimizer } from "../definition.ts";
import { adamFamily } from "../optimizer.ts";

export const adam = defineOptimizer({
  ...adamFamily(),
  name: "adam",
  usualRates: [1e-7, 0.05],
  aliases: ["Adam"],
  summary: "Steps by the running mean of the gradient, divided by the root of the mean of its square.",
  source: "Kingma, Ba 2014, the form before section 2.1; https://keras.io/api/optimizers/adam/",
});
