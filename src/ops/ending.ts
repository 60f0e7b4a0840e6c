// How the result of a call is made last of all: by an activation of its own, or of an option. Losses and advice ask for it.

import type { OptionRecord } from "../ir/graph.ts";
import type { InitializerUse, OpDef, PredictionForm } from "./definition.ts";
import { maybeUse } from "./options.ts";
import { findActivation, findOperator } from "./registry.ts";

/** An activation that makes predictions, and the way to its argument. */
export interface Ending {
  readonly form: PredictionForm;
  readonly activation: InitializerUse;
  /** The options of the call without the activation; undefined if the call itself is the activation. */
  readonly without?: OptionRecord;
  /** The number of axes of the output, with the batch. */
  readonly rank: number;
}

const lastOptions = new WeakMap<OpDef, string | null>();

/** Finds the option that a call applies last: an activation, or a layer. */
function lastOption(definition: OpDef): string | undefined {
  let known = lastOptions.get(definition);
  if (known === undefined) {
    known = Object.entries(definition.options).find(([, option]) => option.last === true)?.[0] ?? null;
    lastOptions.set(definition, known);
  }
  return known ?? undefined;
}

/** Returns the ending of a call whose result has `rank` axes, with the batch; undefined if it makes plain numbers. */
export function endingIn({ name, options }: InitializerUse, rank: number): Ending | undefined {
  const definition = findOperator(name);
  if (definition === undefined) return undefined;
  const form = definition.predicts?.(options, rank);
  if (form !== undefined) return { form, rank, activation: { name, options } };
  const last = lastOption(definition);
  const applied = last === undefined ? undefined : maybeUse(options, last);
  if (last === undefined || applied === undefined) return undefined;
  if (definition.options[last]?.type.kind === "layer") {
    const inner = endingIn(applied, rank);
    if (inner?.without === undefined) return undefined;
    return { ...inner, without: { ...options, [last]: { ...applied, options: inner.without } } };
  }
  const predicted = findActivation(applied.name)?.predicts?.(applied.options, rank);
  if (predicted === undefined) return undefined;
  return { form: predicted, rank, activation: applied, without: { ...options, [last]: undefined } };
}

/** An activation that a call applies last: by itself, or by an option. */
export interface Activation {
  readonly def: OpDef;
  readonly options: OptionRecord;
  /** The option that names it; undefined if the call itself is the activation. */
  readonly option?: string;
}

/** Returns the activation that makes the result of a call; undefined if there is none, or only the identity. */
export function activationIn({ name, options }: InitializerUse): Activation | undefined {
  const definition = findOperator(name);
  if (definition === undefined || definition.nature === "passes") return undefined;
  if (definition.activation === true || definition.range?.(options) !== undefined) return { def: definition, options };
  const last = lastOption(definition);
  const applied = last === undefined ? undefined : maybeUse(options, last);
  const def = applied === undefined ? undefined : findActivation(applied.name);
  if (last === undefined || applied === undefined || def === undefined || def.nature === "passes") return undefined;
  return { def, options: applied.options, option: last };
}

/** What predictions of a form say: which one of several, or yes or no for each. */
const answers = { softmax: "classes", sigmoid: "binary", logits: undefined, plain: undefined } as const satisfies {
  readonly [F in PredictionForm]: "classes" | "binary" | undefined;
};
export const answersOf = (form: PredictionForm | undefined): "classes" | "binary" | undefined =>
  form === undefined ? undefined : answers[form];

/** The activations that make such predictions, the one that leaves numbers as they are, the one between layers, and the one that makes them positive. */
export const usualActivations = {
  classes: "softmax",
  binary: "sigmoid",
  numbers: "linear",
  hidden: "relu",
  positive: "softplus",
} as const;
