// The parts that learning-rate schedules share: their options, the steps that they span, and a warm-up before any of them.

import { CompilerBug } from "../base/compilerBug.ts";
import type { Builder, Operand, Value } from "../ir/builder.ts";
import type { OptionRecord } from "../ir/graph.ts";
import type { OptionDef, ScheduleDef } from "./definition.ts";
import { maybeNumber, numberOf } from "./options.ts";

export const initialRate: OptionDef = {
  type: { kind: "float", min: 0 },
  required: true,
  doc: "The rate at the start.",
};
export const decaySteps: OptionDef = {
  type: { kind: "int", min: 1 },
  optional: true,
  default: undefined,
  doc: "The number of steps over which the rate decays; by default those of the whole training after the warm-up.",
};
export const staircase: OptionDef = {
  type: { kind: "bool" },
  default: false,
  doc: "Whether the rate changes only at whole multiples of `decay_steps`.",
};
export const decayRate: OptionDef = {
  type: { kind: "float", min: 0 },
  required: true,
  doc: "How strongly the rate decays.",
};

/** A warm-up in front of a schedule. Keras has it in `cosine_decay` only. */
export const warmupOptions = {
  warmup_target: {
    type: { kind: "float", min: 0 },
    optional: true,
    default: undefined,
    doc: "The rate at the end of the warm-up, which starts from `initial_learning_rate`; the schedule goes on from it.",
  },
  warmup_steps: {
    type: { kind: "int", min: 0 },
    default: 0,
    doc: "Steps of warm-up along a straight line. Without `warmup_target` it rises from 0 to where the schedule starts.",
  },
} satisfies Record<string, OptionDef>;

/** Returns the steps that a schedule spans: its option, or the whole training. */
export const spanOf = (options: OptionRecord, name: string, total: () => Value): Operand =>
  maybeNumber(options, name) ?? total();

type Expand = ScheduleDef["expand"];

/** Returns a rate that rises over `warmup_steps` and then goes on as `after` says, which counts from there. */
export function warmUp(
  g: Builder,
  step: Value,
  { steps, from, to }: { readonly steps: number; readonly from: number; readonly to: number },
  after: (step: Value) => Value,
): Value {
  if (steps === 0) return after(step);
  const rising = g.add(g.mul(g.div(step, steps), to - from), from);
  return g.select(g.map("lt", step, steps), rising, after(g.map("max", g.sub(step, steps), 0)));
}

/** The shared part of schedules that start from `initial_learning_rate`, with a warm-up in front. */
export const warmed =
  (expand: Expand): Expand =>
  (g, step, options, total, state) => {
    const steps = numberOf(options, "warmup_steps");
    const initial = numberOf(options, "initial_learning_rate");
    const target = maybeNumber(options, "warmup_target");
    const [from, to] = target === undefined ? [0, initial] : [initial, target];
    const rest = (): Value => (steps === 0 ? total() : g.map("max", g.sub(total(), steps), 1));
    const own = { ...options, initial_learning_rate: to };
    return warmUp(g, step, { steps, from, to }, (later) => expand(g, later, own, rest, state));
  };

/** Returns what a rate that follows results keeps under a name. */
export function stateOf(state: Readonly<Record<string, Value>>, name: string): Value {
  const value = state[name];
  if (value === undefined) throw new CompilerBug(`a rate without its '${name}'`);
  return value;
}
