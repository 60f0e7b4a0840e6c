import { defineSchedule } from "../definition.ts";
import { numberOf, numbers } from "../options.ts";
import { warmUp } from "../schedule.ts";

export const piecewiseConstantDecay = defineSchedule({
  name: "piecewise_constant_decay",
  aliases: ["PiecewiseConstantDecay"],
  elsewhere: ["step_decay", "StepLR", "MultiStepLR"],
  summary: "One rate up to each boundary, and one after the last.",
  options: {
    boundaries: {
      type: { kind: "numbers" },
      required: true,
      doc: "The steps after which the next value holds, in rising order.",
    },
    values: { type: { kind: "numbers" }, required: true, doc: "The rates: one more than there are boundaries." },
    warmup_steps: {
      type: { kind: "int", min: 0 },
      default: 0,
      doc: "Steps of warm-up from 0 to the first rate; the boundaries count from its end.",
    },
  },
  positional: ["boundaries", "values"],
  problem(options) {
    const [boundaries, values] = [numbers(options, "boundaries"), numbers(options, "values")];
    if (boundaries.some((boundary, i) => i > 0 && boundary <= (boundaries[i - 1] ?? 0)))
      return { option: "boundaries", message: "each must be above the one before" };
    if (values.length === boundaries.length + 1) return undefined;
    const [count, needed] = [boundaries.length, boundaries.length + 1];
    const message = `${count} ${count === 1 ? "boundary needs" : "boundaries need"} ${needed} values, not ${values.length}`;
    return { option: "values", message };
  },
  expand(g, step, options) {
    const boundaries = numbers(options, "boundaries");
    const [first = 0, ...later] = numbers(options, "values");
    const warmup = { steps: numberOf(options, "warmup_steps"), from: 0, to: first };
    return warmUp(g, step, warmup, (after) =>
      boundaries.reduce(
        (rate, boundary, i) => g.select(g.map("gt", after, boundary), later[i] ?? first, rate),
        g.constant(first),
      ),
    );
  },
  source: "https://keras.io/api/optimizers/learning_rate_schedules/piecewise_constant_decay/",
});
