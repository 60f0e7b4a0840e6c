import type { Builder, Operand, Value } from "../../ir/builder.ts";
import { defineSchedule } from "../definition.ts";
import { flag, flagOption, numberOf, numberOption, textOf } from "../options.ts";
import { spanOf } from "../schedule.ts";

/** Goes from one rate to another while `done` goes from 0 to 1. */
function between(g: Builder, from: number, to: number, done: Value, way: string): Value {
  const share = way === "linear" ? done : g.mul(g.sub(1, g.map("cos", g.mul(done, Math.PI))), 0.5);
  return g.add(g.mul(share, to - from), from);
}

/** Returns how much of the way from one step to another is done, from 0 to 1. */
const doneOf = (g: Builder, step: Value, from: Operand, to: Operand): Value =>
  g.map("min", g.map("max", g.div(g.sub(step, from), g.map("max", g.sub(to, from), 1e-6)), 0), 1);

export const oneCycle = defineSchedule({
  name: "one_cycle",
  aliases: ["OneCycle"],
  elsewhere: ["OneCycleLR"],
  summary: "Rises to a high rate and falls to a very low one, over the whole training.",
  options: {
    max_learning_rate: { type: { kind: "float", min: 0 }, required: true, doc: "The highest rate." },
    total_steps: {
      type: { kind: "int", min: 2 },
      optional: true,
      default: undefined,
      doc: "The number of steps of the cycle; by default those of the whole training.",
    },
    pct_start: numberOption(0.3, "The share of the steps in which the rate rises.", { min: 0, max: 1 }),
    anneal_strategy: {
      type: { kind: "choice", values: ["cos", "linear"] },
      default: "cos",
      doc: "Along half a cosine, or along a straight line.",
    },
    div_factor: {
      type: { kind: "float", min: 0, openMin: true },
      default: 25,
      doc: "The highest rate divided by it is the first.",
    },
    final_div_factor: {
      type: { kind: "float", min: 0, openMin: true },
      default: 10_000,
      doc: "The first rate divided by it is the last.",
    },
    three_phase: flagOption(false, "Whether the rate first falls back to the first, as fast as it rose."),
  },
  positional: ["max_learning_rate", "total_steps"],
  expand(g, step, options, total) {
    const most = numberOf(options, "max_learning_rate");
    const first = most / numberOf(options, "div_factor");
    const last = first / numberOf(options, "final_div_factor");
    const [share, way] = [numberOf(options, "pct_start"), textOf(options, "anneal_strategy")];
    const steps = spanOf(options, "total_steps", total);
    const top = g.sub(g.mul(steps, share), 1);
    const end = g.sub(steps, 1);
    const rising = between(g, first, most, doneOf(g, step, 0, top), way);
    const falling = (from: number, start: Value): Value => between(g, from, last, doneOf(g, step, start, end), way);
    if (!flag(options, "three_phase")) return g.select(g.map("le", step, top), rising, falling(most, top));
    const back = g.sub(g.mul(steps, 2 * share), 2);
    const returning = between(g, most, first, doneOf(g, step, top, back), way);
    const later = g.select(g.map("le", step, back), returning, falling(first, back));
    return g.select(g.map("le", step, top), rising, later);
  },
  source: "Smith, Topin 2017; https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.OneCycleLR.html",
});
