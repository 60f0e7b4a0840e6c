import { defineSchedule } from "../definition.ts";
import { flag, flagOption, numberOf, numberOption } from "../options.ts";
import { decaySteps, initialRate, spanOf, warmed, warmupOptions } from "../schedule.ts";

export const polynomialDecay = defineSchedule({
  name: "polynomial_decay",
  aliases: ["PolynomialDecay"],
  summary: "Falls from initial_learning_rate to end_learning_rate along a power of the time left.",
  options: {
    initial_learning_rate: initialRate,
    decay_steps: decaySteps,
    end_learning_rate: numberOption(0.0001, "The rate it ends with.", { min: 0 }),
    power: numberOption(1, "The power; 1 is a straight line.", { min: 0 }),
    cycle: flagOption(false, "Whether the rate starts again, with longer and longer periods."),
    ...warmupOptions,
  },
  positional: ["initial_learning_rate"],
  expand: warmed((g, step, options, total) => {
    const [start, end] = [numberOf(options, "initial_learning_rate"), numberOf(options, "end_learning_rate")];
    const steps = spanOf(options, "decay_steps", total);
    const periods = g.div(step, steps);
    const done = flag(options, "cycle")
      ? g.div(periods, g.map("max", g.map("ceil", periods), 1))
      : g.map("min", periods, 1);
    const left = g.map("pow", g.sub(1, done), numberOf(options, "power"));
    return g.add(g.mul(left, start - end), end);
  }),
  source: "https://keras.io/api/optimizers/learning_rate_schedules/polynomial_decay/",
});
