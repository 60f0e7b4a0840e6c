import type { Builder, Value } from "../../ir/builder.ts";
import { defineSchedule } from "../definition.ts";
import { numberOf, numberOption } from "../options.ts";
import { initialRate, warmed, warmupOptions } from "../schedule.ts";

/** Computes the number of restarts so far, and the share of the present period that is over. */
function periodOf(g: Builder, periods: Value, longer: number): { readonly restarts: Value; readonly done: Value } {
  if (longer === 1) {
    const restarts = g.map("floor", periods);
    return { restarts, done: g.sub(periods, restarts) };
  }
  const inside = g.add(g.mul(periods, longer - 1), 1);
  const restarts = g.map("floor", g.div(g.map("log", inside), Math.log(longer)));
  const length = g.map("pow", longer, restarts);
  const passed = g.div(g.sub(length, 1), longer - 1);
  return { restarts, done: g.div(g.sub(periods, passed), length) };
}

export const cosineDecayRestarts = defineSchedule({
  name: "cosine_decay_restarts",
  aliases: ["CosineDecayRestarts"],
  elsewhere: ["CosineAnnealingWarmRestarts"],
  summary: "Falls along half a cosine again and again; each period may be longer and start lower.",
  options: {
    initial_learning_rate: initialRate,
    first_decay_steps: { type: { kind: "int", min: 1 }, required: true, doc: "Steps of the first period." },
    t_mul: numberOption(2, "The factor from the length of one period to that of the next.", { min: 1 }),
    m_mul: numberOption(1, "The factor for the rate at each restart.", { min: 0 }),
    alpha: numberOption(0, "The share of the rate that is left at the end.", { min: 0, max: 1 }),
    ...warmupOptions,
  },
  positional: ["initial_learning_rate", "first_decay_steps"],
  expand: warmed((g, step, options) => {
    const periods = g.div(step, numberOf(options, "first_decay_steps"));
    const { restarts, done } = periodOf(g, periods, numberOf(options, "t_mul"));
    const alpha = numberOf(options, "alpha");
    const factor = g.map("pow", numberOf(options, "m_mul"), restarts);
    const half = g.mul(g.mul(g.add(g.map("cos", g.mul(done, Math.PI)), 1), 0.5), factor);
    return g.mul(g.add(g.mul(half, 1 - alpha), alpha), numberOf(options, "initial_learning_rate"));
  }),
  source: "https://keras.io/api/optimizers/learning_rate_schedules/cosine_decay_restarts/",
});
