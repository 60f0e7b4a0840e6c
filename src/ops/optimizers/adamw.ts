import { defineOptimizer } from "../definition.ts";
import { adamFamily } from "../optimizer.ts";

export const adamw = defineOptimizer({
  ...adamFamily(0.004),
  name: "adamw",
  usualRates: [1e-7, 0.05],
  aliases: ["AdamW"],
  summary: "Adam with weight decay that does not pass through the running means.",
  source: "Loshchilov, Hutter 2017, algorithm 2; https://keras.io/api/optimizers/adamw/",
});
