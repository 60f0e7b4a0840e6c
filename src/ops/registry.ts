// All operators by name. scripts/registry.mjs lists the files; nothing here knows a single operator.

import { CompilerBug } from "../base/compilerBug.ts";
import type { Size } from "../ir/size.ts";
import type { Adaptation } from "./adaptation.ts";
import type {
  ConstraintDef,
  Definition,
  EncoderDef,
  InitializerDef,
  LossDef,
  MetricDef,
  OpDef,
  OptimizerDef,
  RegularizerDef,
  ScheduleDef,
  SourceDef,
} from "./definition.ts";
import { functions } from "./functions.generated.ts";
import {
  constraints,
  encoders,
  initializers,
  layers,
  losses,
  metrics,
  optimizers,
  regularizers,
  schedules,
  sources,
} from "./registry.generated.ts";
import type { Infix, Prefix } from "./signs.ts";

function byName<D extends Definition>(definitions: readonly D[]): ReadonlyMap<string, D> {
  const table = new Map<string, D>();
  for (const definition of definitions)
    for (const name of [definition.name, ...(definition.aliases ?? [])]) {
      if (table.has(name)) throw new CompilerBug(`two ${definition.tier}s are called '${name}'`);
      table.set(name, definition);
    }
  return table;
}

const tables = {
  layer: byName(layers),
  function: byName(functions),
  loss: byName(losses),
  metric: byName(metrics),
  optimizer: byName(optimizers),
  schedule: byName(schedules),
  initializer: byName(initializers),
  regularizer: byName(regularizers),
  constraint: byName(constraints),
  encoder: byName(encoders),
  source: byName(sources),
};

export type Tier = keyof typeof tables;

/** Each function looks a definition up by its name or an alias; undefined if there is none. */
export const findLayer = (name: string): OpDef | undefined => tables.layer.get(name);
export const findFunction = (name: string): OpDef | undefined => tables.function.get(name);
export const findLoss = (name: string): LossDef | undefined => tables.loss.get(name);
export const findMetric = (name: string): MetricDef | undefined => tables.metric.get(name);
export const findOptimizer = (name: string): OptimizerDef | undefined => tables.optimizer.get(name);
export const findSchedule = (name: string): ScheduleDef | undefined => tables.schedule.get(name);
export const findInitializer = (name: string): InitializerDef | undefined => tables.initializer.get(name);
export const findRegularizer = (name: string): RegularizerDef | undefined => tables.regularizer.get(name);
export const findConstraint = (name: string): ConstraintDef | undefined => tables.constraint.get(name);
export const findEncoder = (name: string): EncoderDef | undefined => tables.encoder.get(name);
export const findSource = (name: string): SourceDef | undefined => tables.source.get(name);

/** Finds the layer or function that the `op` of a call in a graph names. */
export const findOperator = (name: string): OpDef | undefined => findLayer(name) ?? findFunction(name);

/** Finds a function that may be named as an activation. */
export const findActivation = (name: string): OpDef | undefined => {
  const found = findFunction(name);
  return found?.activation === true ? found : undefined;
};

/** Finds the function of a sign between two tensors. */
export const findInfix = (sign: Infix): OpDef | undefined => functions.find(({ infix }) => infix === sign);

/** Finds the function of a sign in front of a tensor. */
export const findPrefix = (sign: Prefix): OpDef | undefined => functions.find(({ prefix }) => prefix === sign);

/** Finds the function of brackets after a tensor. */
export const findSubscript = (): OpDef | undefined => functions.find(({ subscript }) => subscript === true);

/** Finds the layer that brings a value from one shape to another, with the call that does so. */
export function findAdaptation(
  from: readonly Size[],
  to: readonly (Size | undefined)[],
  fits: (adaptation: Adaptation) => boolean,
): (Adaptation & { readonly def: OpDef }) | undefined {
  for (const def of layers) {
    const adaptation = def.adapts?.(from, to);
    if (adaptation !== undefined && fits(adaptation)) return { ...adaptation, def };
  }
  return undefined;
}

const plainName = (name: string): string => name.toLowerCase().replaceAll("_", "");
let layersInAnyCase: ReadonlyMap<string, string> | undefined;

/** Returns the name of the layer that is written with other capitals: `maxPooling2d`, `batch_normalization`. */
export function layerInAnyCase(name: string): string | undefined {
  layersInAnyCase ??= new Map(
    layers.flatMap((layer) => [layer.name, ...(layer.aliases ?? [])].map((one) => [plainName(one), one] as const)),
  );
  return layersInAnyCase.get(plainName(name));
}

/** Returns the encoder whose numbers a module of the runtime makes. */
export const encoderOf = (module: string): EncoderDef | undefined => encoders.find((def) => def.module === module);

/** Finds the encoder of a column of text for a field of classes that names none. */
export const classEncoder = (): EncoderDef | undefined => encoders.find(({ ofClasses }) => ofClasses === true);

/** Finds the initializer of weights for which the program names none. */
export const defaultInitializer = (): InitializerDef | undefined => initializers.find(({ isDefault }) => isDefault);

/** These find the loss or metric that messages name for targets of a kind. */
export const usualLoss = (target: LossDef["usualFor"] & string): LossDef | undefined =>
  losses.find(({ usualFor }) => usualFor === target);
export const usualMetric = (target: MetricDef["usualFor"] & string): MetricDef | undefined =>
  metrics.find(({ usualFor }) => usualFor === target);

/** Finds what other libraries call by this name; layers and functions are one tier here. */
export const findElsewhere = (tier: keyof typeof elsewhereTables, name: string): Definition | undefined =>
  elsewhereTables[tier].get(name);

const elsewhereTables = {
  layer: byNamesElsewhere([...layers, ...functions]),
  loss: byNamesElsewhere(losses),
  metric: byNamesElsewhere(metrics),
  initializer: byNamesElsewhere(initializers),
  schedule: byNamesElsewhere(schedules),
};

/** Of several with one name, the first counts. */
function byNamesElsewhere<D extends Definition>(definitions: readonly D[]): ReadonlyMap<string, D> {
  const all = definitions.flatMap((one) => (one.elsewhere ?? []).map((name) => [name, one] as const));
  return new Map(all.reverse());
}

/** Every name and alias of a tier, for suggestions. */
export const namesOf = (tier: Tier): readonly string[] => [...tables[tier].keys()];

/** Every definition once, tier by tier. */
export function allDefinitions(): readonly Definition[] {
  return [
    ...layers,
    ...functions,
    ...losses,
    ...metrics,
    ...optimizers,
    ...schedules,
    ...initializers,
    ...regularizers,
    ...constraints,
    ...encoders,
    ...sources,
  ];
}
