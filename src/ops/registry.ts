// All operators by name. Files are listed by scripts/registry.mjs; nothing here knows a single operator.

import type {
  Definition,
  InitializerDef,
  LossDef,
  MetricDef,
  OpDef,
  OptimizerDef,
  ScheduleDef,
  SourceDef,
} from "./definition.ts";
import { functions } from "./functions.generated.ts";
import { initializers, layers, losses, metrics, optimizers, schedules, sources } from "./registry.generated.ts";

function byName<D extends Definition>(definitions: readonly D[]): ReadonlyMap<string, D> {
  const table = new Map<string, D>();
  for (const definition of definitions)
    for (const name of [definition.name, ...(definition.aliases ?? [])]) {
      if (table.has(name)) throw new Error(`compiler bug: two ${definition.tier}s are called '${name}'`);
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
  source: byName(sources),
};

export type Tier = keyof typeof tables;

/** Each looks a definition up by its name or an alias; undefined where there is none. */
export const findLayer = (name: string): OpDef | undefined => tables.layer.get(name);
export const findFunction = (name: string): OpDef | undefined => tables.function.get(name);
export const findLoss = (name: string): LossDef | undefined => tables.loss.get(name);
export const findMetric = (name: string): MetricDef | undefined => tables.metric.get(name);
export const findOptimizer = (name: string): OptimizerDef | undefined => tables.optimizer.get(name);
export const findSchedule = (name: string): ScheduleDef | undefined => tables.schedule.get(name);
export const findInitializer = (name: string): InitializerDef | undefined => tables.initializer.get(name);
export const findSource = (name: string): SourceDef | undefined => tables.source.get(name);

/** A layer or a function: what the `op` of a call in a graph names. */
export const findOperator = (name: string): OpDef | undefined => findLayer(name) ?? findFunction(name);

/** Functions that may be named where an activation is asked for. */
export const findActivation = (name: string): OpDef | undefined => {
  const found = findFunction(name);
  return found?.activation === true ? found : undefined;
};

/** Every name and alias of a tier, for suggestions. */
export const namesOf = (tier: Tier): readonly string[] => [...tables[tier].keys()];

/** Every definition once, tier by tier. */
export function allDefinitions(): readonly Definition[] {
  return [...layers, ...functions, ...losses, ...metrics, ...optimizers, ...schedules, ...initializers, ...sources];
}
