import { defineSchedule } from "../definition.ts";
import { flag, numberOf } from "../options.ts";
import { decayRate, decaySteps, initialRate, spanOf, staircase, warmed, warmupOptions } from "../schedule.ts";

export const inverseTimeDecay = defineSchedule({
  name: "inverse_time_decay",
  aliases: ["InverseTimeDecay"],
  summary: "initial_learning_rate / (1 + decay_rate · step / decay_steps).",
  options: {
    initial_learning_rate: initialRate,
    decay_steps: decaySteps,
    decay_rate: decayRate,
    staircase,
    ...warmupOptions,
  },
  positional: ["initial_learning_rate"],
  expand: warmed((g, step, options, total) => {
    const rate = numberOf(options, "initial_learning_rate");
    const periods = g.div(step, spanOf(options, "decay_steps", total));
    const counted = flag(options, "staircase") ? g.map("floor", periods) : periods;
    return g.div(rate, g.add(g.mul(counted, numberOf(options, "decay_rate")), 1));
  }),
  source: "https://keras.io/api/optimizers/learning_rate_schedules/inverse_time_decay/",
});
