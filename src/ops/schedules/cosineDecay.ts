import { defineSchedule } from "../definition.ts";
import { numberOf, numberOption } from "../options.ts";
import { decaySteps, initialRate, spanOf, warmed, warmupOptions } from "../schedule.ts";

export const cosineDecay = defineSchedule({
  name: "cosine_decay",
  aliases: ["CosineDecay"],
  elsewhere: ["cosine", "cosine_annealing", "CosineAnnealingLR"],
  summary: "Falls along half a cosine, after an optional warm-up.",
  options: {
    initial_learning_rate: initialRate,
    decay_steps: decaySteps,
    alpha: numberOption(0, "The share of the rate that is left at the end.", { min: 0, max: 1 }),
    ...warmupOptions,
  },
  positional: ["initial_learning_rate"],
  expand: warmed((g, step, options, total) => {
    const alpha = numberOf(options, "alpha");
    const done = g.map("min", g.div(step, spanOf(options, "decay_steps", total)), 1);
    const half = g.mul(g.add(g.map("cos", g.mul(done, Math.PI)), 1), 0.5);
    return g.mul(g.add(g.mul(half, 1 - alpha), alpha), numberOf(options, "initial_learning_rate"));
  }),
  source: "https://keras.io/api/optimizers/learning_rate_schedules/cosine_decay/",
});
