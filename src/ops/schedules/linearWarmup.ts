import { defineSchedule } from "../definition.ts";
import { numberOf, numberOption } from "../options.ts";
import { warmUp } from "../schedule.ts";

export const linearWarmup = defineSchedule({
  name: "linear_warmup",
  aliases: ["LinearWarmup"],
  summary: "Rises along a straight line, and stays. Other schedules have the option `warmup_steps`.",
  options: {
    learning_rate: { type: { kind: "float", min: 0 }, required: true, doc: "The rate after the warm-up." },
    warmup_steps: { type: { kind: "int", min: 1 }, required: true, doc: "Steps of warm-up." },
    warmup_start: numberOption(0, "The rate that the warm-up starts from.", { min: 0 }),
  },
  positional: ["learning_rate", "warmup_steps"],
  expand(g, step, options) {
    const to = numberOf(options, "learning_rate");
    const [steps, from] = [numberOf(options, "warmup_steps"), numberOf(options, "warmup_start")];
    return warmUp(g, step, { steps, from, to }, () => g.constant(to));
  },
  source: "Goyal et al. 2017, section 2.2",
});
