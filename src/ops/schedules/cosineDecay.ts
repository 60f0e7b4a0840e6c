import { defineSchedule } from "../definition.ts";
import { maybeNumber, numberOf, numberOption } from "../options.ts";
import { decaySteps, initialRate } from "../schedule.ts";

export const cosineDecay = defineSchedule({
  name: "cosine_decay",
  aliases: ["CosineDecay"],
  summary: "Falls along half a cosine, after an optional warm-up.",
  options: {
    initial_learning_rate: initialRate,
    decay_steps: decaySteps,
    alpha: numberOption(0, "The share of the rate that is left at the end.", { min: 0, max: 1 }),
    warmup_target: {
      type: { kind: "float", min: 0 },
      optional: true,
      default: undefined,
      doc: "The rate at the end of the warm-up, which starts from `initial_learning_rate`.",
    },
    warmup_steps: {
      type: { kind: "int", min: 0 },
      default: 0,
      doc: "Steps of warm-up. Without `warmup_target` it rises from 0 to `initial_learning_rate`; Keras then has none.",
    },
  },
  positional: ["initial_learning_rate"],
  expand(g, step, options) {
    const initial = numberOf(options, "initial_learning_rate");
    const target = maybeNumber(options, "warmup_target");
    const [from, peak] = target === undefined ? [0, initial] : [initial, target];
    const warmup = numberOf(options, "warmup_steps");
    const alpha = numberOf(options, "alpha");
    const done = g.map("min", g.div(g.sub(step, warmup), numberOf(options, "decay_steps")), 1);
    const half = g.mul(g.add(g.map("cos", g.mul(done, Math.PI)), 1), 0.5);
    const decayed = g.mul(g.add(g.mul(half, 1 - alpha), alpha), peak);
    if (warmup === 0) return decayed;
    const rising = g.add(g.mul(g.div(step, warmup), peak - from), from);
    return g.select(g.map("lt", step, warmup), rising, decayed);
  },
  source: "https://keras.io/api/optimizers/learning_rate_schedules/cosine_decay/",
});
