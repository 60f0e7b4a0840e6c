import { defineSchedule } from "../definition.ts";
import { flag, numberOf } from "../options.ts";
import { decayRate, decaySteps, initialRate, spanOf, staircase, warmed, warmupOptions } from "../schedule.ts";

export const exponentialDecay = defineSchedule({
  name: "exponential_decay",
  aliases: ["ExponentialDecay"],
  elsewhere: ["ExponentialLR"],
  summary: "initial_learning_rate · decay_rate^(step / decay_steps).",
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
    return g.mul(g.map("pow", numberOf(options, "decay_rate"), counted), rate);
  }),
  source: "https://keras.io/api/optimizers/learning_rate_schedules/exponential_decay/",
});
