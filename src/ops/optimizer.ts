// The shared part of optimizers: they clip gradients and decay weights before the update itself, as Keras's base
// optimizer does.

import type { Builder, Value } from "../ir/builder.ts";
import type { OptionRecord } from "../ir/graph.ts";
import { tensor } from "../ir/types.ts";
import type { OptimizerCall, OptimizerDef, OptimizerSlot, OptionDef, Variable } from "./definition.ts";
import { lossScaleOptions, scaleSlots, slotOf, unlessOverflow } from "./lossScale.ts";
import { maybeNumber, numberOf, texts } from "./options.ts";

const clippings = ["clipnorm", "clipvalue", "global_clipnorm"];

const clipping = (name: string, doc: string): OptionDef => ({
  type: { kind: "float", min: 0, openMin: true },
  optional: true,
  default: undefined,
  doc,
  excludes: clippings.filter((other) => other !== name),
});

export const learningRate = (fallback: number): OptionDef => ({
  type: { kind: "rate" },
  default: fallback,
  doc: "How far each step goes: a number or a schedule.",
});

/** The options of every optimizer. Keras allows one kind of clipping at a time. */
export const commonOptions = (weightDecay?: number): Readonly<Record<string, OptionDef>> => ({
  weight_decay: {
    type: { kind: "float", min: 0 },
    optional: true,
    default: weightDecay,
    doc: "Each step takes this share of each weight off, times the learning rate.",
  },
  exclude_from_weight_decay: {
    type: { kind: "strings" },
    optional: true,
    default: undefined,
    doc: 'Weights whose paths hold one of these texts do not decay: `["bias"]`. Keras has a method of this name.',
  },
  clipnorm: clipping("clipnorm", "The largest norm of the gradient of each variable."),
  clipvalue: clipping("clipvalue", "The largest size of each element of the gradient."),
  global_clipnorm: clipping("global_clipnorm", "The largest norm of the whole gradient."),
  loss_scale_factor: {
    type: { kind: "float", min: 0, openMin: true },
    optional: true,
    default: undefined,
    excludes: ["loss_scale"],
    doc: "The loss is multiplied by it for the gradient, which is divided by it again: small gradients keep their digits.",
  },
  ...lossScaleOptions,
  gradient_accumulation_steps: {
    type: { kind: "int", min: 2 },
    optional: true,
    default: undefined,
    doc: "Weights change only once in so many steps, by the mean of the gradients of these steps.",
  },
  use_ema: {
    type: { kind: "bool" },
    default: false,
    doc: "Whether to keep a running mean of the weights, which replaces them at the end of training.",
  },
  ema_momentum: {
    type: { kind: "float", min: 0, max: 1 },
    default: 0.99,
    doc: "How much of that running mean stays in each step.",
  },
  ema_overwrite_frequency: {
    type: { kind: "int", min: 1 },
    optional: true,
    default: undefined,
    doc: "The running mean also replaces the weights once in so many steps.",
  },
});

/** An option for a share between 0 and 1, such as the decay of a running mean. */
export const share = (fallback: number, doc: string): OptionDef => ({
  type: { kind: "float", min: 0, max: 1, openMax: true },
  default: fallback,
  doc,
});
export const epsilonOption: OptionDef = {
  type: { kind: "float", min: 0 },
  default: 1e-7,
  doc: "A small number that is added to divisors.",
};

/** Returns the factor that brings a norm down to `limit`: limit / max(norm, limit). */
function shrink(g: Builder, squares: Value, limit: number): Value {
  return g.div(limit, g.map("max", g.map("sqrt", squares), limit));
}

/** Returns the number of elements of a variable. */
export const sizeOf = ({ shape }: Pick<Variable, "shape">): number => shape.reduce((count, size) => count * size, 1);

/** Returns a variable's part of a flat vector, in its shape. */
export const partOf = (g: Builder, whole: Value, variable: Variable): Value =>
  g.reshape(g.slice(whole, [variable.start], [sizeOf(variable)]), variable.shape);

/** Joins the parts of all variables to a flat vector. */
export const joined = (g: Builder, parts: readonly Value[]): Value =>
  g.concat(
    parts.map((part) => g.reshape(part, [sizeOf({ shape: part.type.shape.map(Number) })])),
    0,
  );

/** The slots of every optimizer that accumulates gradients, or averages weights. */
const accumulated = "accumulated_gradient";
export const average = "average";

type Updated = ReturnType<OptimizerDef["update"]>;

/** Whether the step is the last of `every` steps. */
const isLast = (g: Builder, step: Value, every: number): Value => g.map("eq", g.map("mod", g.add(step, 1), every), 0);

/** Counts the updates before this step. The learning rate follows the steps themselves, as in Keras. */
function countedSteps(g: Builder, { step, options }: OptimizerCall): Value {
  const every = maybeNumber(options, "gradient_accumulation_steps");
  return every === undefined ? step : g.map("floor", g.div(step, every));
}

/** Adds up gradients, and lets the optimizer work with their mean once in several steps. */
function accumulating(g: Builder, optimizer: OptimizerDef, call: OptimizerCall, every: number): Updated {
  const sum = g.add(slot(call, accumulated), call.gradient);
  const step = countedSteps(g, call);
  const next = optimizer.update(g, { ...call, gradient: g.div(sum, every), step });
  const last = isLast(g, call.step, every);
  const slots = Object.entries(next.slots).map(([name, value]) => [name, g.select(last, value, slot(call, name))]);
  return {
    weights: g.select(last, next.weights, call.weights),
    slots: { ...Object.fromEntries(slots), [accumulated]: g.select(last, 0, sum) },
  };
}

/** Computes one step with the options that keep more than the weights: accumulated gradients and averages. */
function wholeStep(g: Builder, optimizer: OptimizerDef, call: OptimizerCall): Updated {
  const { options } = call;
  const every = maybeNumber(options, "gradient_accumulation_steps");
  const next = every === undefined ? optimizer.update(g, call) : accumulating(g, optimizer, call, every);
  if (options.use_ema !== true) return next;
  const step = countedSteps(g, call);
  // The first step sets the mean.
  const keep = g.select(g.map("eq", step, 0), 0, numberOf(options, "ema_momentum"));
  const mean = g.add(g.mul(slot(call, average), keep), g.mul(next.weights, g.sub(1, keep)));
  const overwrite = maybeNumber(options, "ema_overwrite_frequency");
  const weights = overwrite === undefined ? next.weights : g.select(isLast(g, step, overwrite), mean, next.weights);
  return { weights, slots: { ...next.slots, [average]: mean } };
}

/**
 * Computes one step of an optimizer with the options of every optimizer, as Keras's base optimizer does. `constrain` returns
 * what the constraints of weights leave of their new values.
 */
export const optimizerStep = (
  g: Builder,
  optimizer: OptimizerDef,
  call: OptimizerCall,
  constrain: (weights: Value) => Value = (weights) => weights,
): Updated =>
  unlessOverflow(g, call, (unscaled) => {
    const { weights, slots } = wholeStep(g, optimizer, unscaled);
    return { weights: constrain(weights), slots };
  });

/** Returns the slots of an optimizer with their lengths, without those that hold nothing. */
export const optimizerSlots = (
  optimizer: OptimizerDef,
  options: OptionRecord,
  variables: readonly Variable[],
): readonly Required<OptimizerSlot>[] => {
  const all = variables.reduce((sum, variable) => sum + sizeOf(variable), 0);
  const shared: readonly OptimizerSlot[] = [
    ...(options.gradient_accumulation_steps === undefined ? [] : [{ name: accumulated, initial: 0 }]),
    ...(options.use_ema === true ? [{ name: average, initial: 0 }] : []),
    ...scaleSlots(options),
  ];
  const slots = [...optimizer.slots(options, variables), ...shared].map((slot) => ({ length: all, ...slot }));
  return slots.filter(({ length }) => length > 0);
};

/** Divides the gradient by `loss_scale_factor`, and clips it by `clipnorm`, `global_clipnorm` or `clipvalue`. */
export function clippedGradient(g: Builder, { gradient: scaled, options, variables }: OptimizerCall): Value {
  const factor = maybeNumber(options, "loss_scale_factor");
  const gradient = factor === undefined ? scaled : g.div(scaled, factor);
  const norm = maybeNumber(options, "clipnorm");
  if (norm !== undefined) {
    const parts = variables.map((variable) => {
      const part = g.slice(gradient, [variable.start], [sizeOf(variable)]);
      return g.mul(part, shrink(g, g.sum(g.map("square", part), [0]), norm));
    });
    return g.concat(parts, 0);
  }
  const global = maybeNumber(options, "global_clipnorm");
  if (global !== undefined) return g.mul(gradient, shrink(g, g.sum(g.map("square", gradient), [0]), global));
  const value = maybeNumber(options, "clipvalue");
  return value === undefined ? gradient : g.map("min", g.map("max", gradient, -value), value);
}

export interface Prepared {
  readonly gradient: Value;
  readonly weights: Value;
}

/** Whether a variable is not among those that `exclude_from_weight_decay` names. */
export const mayDecay = (options: OptionRecord, { name }: Pick<Variable, "name">): boolean =>
  !texts(options, "exclude_from_weight_decay").some((part) => name.includes(part));

/** Returns the share of each weight that a step takes off: a number, or one for each weight. */
function decayOf(g: Builder, { options, variables }: OptimizerCall): Value | number | undefined {
  const decay = maybeNumber(options, "weight_decay");
  if (decay === undefined || decay === 0) return undefined;
  const decays = variables.map((variable) => mayDecay(options, variable));
  if (decays.every((each) => each)) return decay;
  const parts = variables.map((variable, i) =>
    g.constant(decays[i] === true ? decay : 0, tensor("f32", sizeOf(variable))),
  );
  return g.concat(parts, 0);
}

/** Clips the gradient and decays the weights. */
export function prepared(g: Builder, call: OptimizerCall): Prepared {
  const gradient = clippedGradient(g, call);
  const decay = decayOf(g, call);
  if (decay === undefined) return { gradient, weights: call.weights };
  return { gradient, weights: g.sub(call.weights, g.mul(call.weights, g.mul(call.rate, decay))) };
}

export const slot = (call: OptimizerCall, name: string): Value => slotOf(call.slots, name);

/** Computes a running mean: `old + (now - old) · (1 - keep)`. */
export const running = (g: Builder, old: Value, now: Value, keep: number): Value =>
  g.add(old, g.mul(g.sub(now, old), 1 - keep));

/** Computes `beta ** (step + 1)`. */
export const powerOf = (g: Builder, beta: number, step: Value): Value => g.map("pow", beta, g.add(step, 1));

/** Computes one step of Adam, with optional `amsgrad`; AdamW differs only in its default of `weight_decay`. */
export function adamStep(g: Builder, call: OptimizerCall): { weights: Value; slots: Record<string, Value> } {
  const { options, step, rate } = call;
  const [beta1, beta2] = [numberOf(options, "beta_1"), numberOf(options, "beta_2")];
  const { gradient, weights } = prepared(g, call);
  const alpha = g.div(g.mul(rate, g.map("sqrt", g.sub(1, powerOf(g, beta2, step)))), g.sub(1, powerOf(g, beta1, step)));
  const momentum = running(g, slot(call, "momentum"), gradient, beta1);
  const velocity = running(g, slot(call, "velocity"), g.map("square", gradient), beta2);
  const amsgrad = options.amsgrad === true;
  const largest = amsgrad ? g.map("max", slot(call, "velocity_hat"), velocity) : velocity;
  const divisor = g.add(g.map("sqrt", largest), numberOf(options, "epsilon"));
  const moved = g.sub(weights, g.div(g.mul(momentum, alpha), divisor));
  return { weights: moved, slots: { momentum, velocity, ...(amsgrad ? { velocity_hat: largest } : {}) } };
}

/** The shared part of adam and adamw. */
export function adamFamily(weightDecay?: number) {
  return {
    options: {
      learning_rate: learningRate(0.001),
      beta_1: share(0.9, "How much of the running mean of the gradient stays."),
      beta_2: share(0.999, "How much of the running mean of the squared gradient stays."),
      epsilon: epsilonOption,
      amsgrad: {
        type: { kind: "bool" as const },
        default: false,
        doc: "Whether to divide by the largest running mean so far.",
      },
      ...commonOptions(weightDecay),
    },
    positional: ["learning_rate"],
    slots: (options: OptimizerCall["options"]) => [
      { name: "momentum", initial: 0 },
      { name: "velocity", initial: 0 },
      ...(options.amsgrad === true ? [{ name: "velocity_hat", initial: 0 }] : []),
    ],
    update: adamStep,
  };
}
