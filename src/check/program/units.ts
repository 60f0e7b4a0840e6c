// A check is made of units: a constant, a data set, a model, a block alone, a training. Each is checked by itself, with its own
// list of places that have a report; then its findings join those of the program, in which each place has one report. A unit
// remembers what it read and how much of the budget it took. While these would be the same, so is its outcome, and a memory
// gives it again: this is how an editor checks after each key.

import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { type SchemaAnswer, type SchemaRequest, schemaKey } from "../../ops/schema.ts";
import type { Declaration } from "../../syntax/ast.ts";
import type { CheckedDataset, Fact, Need } from "../model.ts";
import { keyOf } from "../say/report.ts";
import type { Budget } from "../state/budget.ts";
import type { FileScope, NamedDeclaration, Session, Value } from "../state/environment.ts";
import type { Resolved } from "../state/resolved.ts";
import { type Watched, watched } from "../state/watched.ts";
import type { ModelEntry } from "../training/models.ts";

/** What a unit may read beside its own declaration. */
export interface World {
  readonly files: ReadonlyMap<string, FileScope>;
  readonly circular: ReadonlyMap<Declaration, true>;
  readonly schemas: ReadonlyMap<string, SchemaAnswer>;
  readonly constants: Map<Declaration, Value>;
  readonly datasets: Map<Declaration, Resolved<CheckedDataset>>;
  readonly models: Map<Declaration, ModelEntry>;
}

/** What a unit finds. */
interface Outcome {
  readonly value: unknown;
  readonly diagnostics: readonly Diagnostic[];
  readonly guards: ReadonlyMap<Diagnostic, string>;
  readonly needs: readonly Need[];
  readonly facts: readonly Fact[];
  readonly unread: readonly SchemaRequest[];
}

type Amounts = Pick<Budget, "steps" | "layerCalls" | "comparisons" | "exhausted">;
type Budgets = readonly [full: Amounts, spare: Amounts];

interface Remembered {
  readonly given: string;
  readonly before: Budgets;
  readonly after: Budgets;
  readonly holds: (world: World) => boolean;
  readonly outcome: Outcome;
}

/** The outcomes of earlier checks. It serves programs with the same settings. */
export type CheckMemory = WeakMap<Declaration, readonly Remembered[]>;

/** The outcomes kept of one declaration: programs that share a file may give it different things. */
const mostKept = 4;

/** What all units of one check share. */
export interface Units {
  readonly session: Session;
  readonly world: World;
  readonly memory: CheckMemory;
  /** The facts of the units so far, those of each unit as one list. */
  readonly facts: (readonly Fact[])[];
}

/** The session in which a unit is checked, and what it sees of other units. */
export interface Sight {
  readonly session: Session;
  readonly datasets: ReadonlyMap<Declaration, Resolved<CheckedDataset>>;
  readonly models: ReadonlyMap<Declaration, ModelEntry>;
}

const amountsOf = ({ steps, layerCalls, comparisons, exhausted }: Budget): Amounts => ({
  steps,
  layerCalls,
  comparisons,
  exhausted,
});
const budgetsOf = ({ budget, spare }: Session): Budgets => [amountsOf(budget), amountsOf(spare)];

/**
 * Checks a unit, or takes its outcome from the memory. `given`: what else it depends on, as text. Returns the value of `run`.
 */
export function checkUnit<T>(units: Units, owner: Declaration, given: string, run: (sight: Sight) => T): T {
  const known = units.memory.get(owner) ?? [];
  const before = known.find((one) => isSame(one, given, units));
  if (before !== undefined) {
    const { budget, spare } = units.session;
    take(budget, before.before[0], before.after[0]);
    take(spare, before.before[1], before.after[1]);
    join(units, before.outcome);
    // Of the same declaration it gave the same kind of value.
    return before.outcome.value as T;
  }
  const made = checked(units, given, run);
  const others = known.filter((one) => one !== before).slice(0, mostKept - 1);
  units.memory.set(owner, [made, ...others]);
  join(units, made.outcome);
  return made.outcome.value as T;
}

function isSame(
  { given: before, before: [full, spare], after, holds }: Remembered,
  given: string,
  units: Units,
): boolean {
  const { session, world } = units;
  return (
    before === given &&
    isEnough(session.budget, full, after[0]) &&
    isEnough(session.spare, spare, after[1]) &&
    holds(world)
  );
}

/** Whether a unit that took this much from a budget would do the same with the budget as it is now. */
function isEnough(now: Budget, before: Amounts, after: Amounts): boolean {
  const same =
    now.steps === before.steps && now.layerCalls === before.layerCalls && now.comparisons === before.comparisons;
  if (same && now.exhausted === before.exhausted) return true;
  if (now.exhausted || after.exhausted) return false;
  return (
    now.steps + after.steps - before.steps <= now.mostSteps &&
    now.layerCalls + after.layerCalls - before.layerCalls <= now.mostLayerCalls &&
    after.comparisons > 0 &&
    now.comparisons + after.comparisons - before.comparisons > 0
  );
}

function take(budget: Budget, before: Amounts, after: Amounts): void {
  budget.steps += after.steps - before.steps;
  budget.layerCalls += after.layerCalls - before.layerCalls;
  budget.comparisons += after.comparisons - before.comparisons;
  budget.exhausted = after.exhausted || budget.exhausted;
}

function checked<T>(units: Units, given: string, run: (sight: Sight) => T): Remembered {
  const { session: whole, world } = units;
  const scopes = new Map([...world.files].map(([path, { names }]) => [path, watched(names)]));
  const views = {
    files: new Map([...scopes].map(([path, { map }]) => [path, { path, names: map }])),
    circular: watched(world.circular),
    schemas: watched(world.schemas),
    constants: watched(world.constants),
    datasets: watched(world.datasets),
    models: watched(world.models),
  };
  const found = { diagnostics: [], guards: new Map<Diagnostic, string>(), needs: [], facts: [], unread: [] };
  const session: Session = {
    ...whole,
    ...found,
    seen: new Set(),
    files: views.files,
    circular: views.circular.map,
    schemas: views.schemas.map,
    constants: views.constants.map,
  };
  const before = budgetsOf(whole);
  const value = run({ session, datasets: views.datasets.map, models: views.models.map });
  return {
    given,
    before,
    after: budgetsOf(whole),
    holds: sealed(scopes, views),
    outcome: { value, ...found },
  };
}

/** Returns the question whether a unit would read the same in another check. */
function sealed(
  scopes: ReadonlyMap<string, Watched<string, NamedDeclaration>>,
  { circular, schemas, constants, datasets, models }: { readonly [K in Exclude<keyof World, "files">]: Seen<World[K]> },
): (now: World) => boolean {
  const none = (): boolean => true;
  const nothing: ReadonlyMap<string, NamedDeclaration> = new Map();
  const names = [...scopes].flatMap(([path, { seal }]) => {
    const same = seal();
    return same === undefined ? [] : [{ path, same }];
  });
  const others = {
    circular: circular.seal() ?? none,
    schemas: schemas.seal() ?? none,
    constants: constants.seal() ?? none,
    datasets: datasets.seal() ?? none,
    models: models.seal() ?? none,
  };
  return (now) =>
    names.every(({ path, same }) => same(now.files.get(path)?.names ?? nothing)) &&
    others.circular(now.circular) &&
    others.schemas(now.schemas) &&
    others.constants(now.constants) &&
    others.datasets(now.datasets) &&
    others.models(now.models);
}

type Seen<M> = M extends ReadonlyMap<infer K, infer V> ? Watched<K, V> : never;

/** Adds what a unit found to the program, except at places that another unit has reported. */
function join({ session, facts }: Units, outcome: Outcome): void {
  const dropped = new Set<Diagnostic>();
  for (const one of outcome.diagnostics) {
    const keys = [keyOf(one.code, one.span)];
    const guard = outcome.guards.get(one);
    if (guard !== undefined) keys.push(guard);
    if (keys.some((key) => session.seen.has(key))) dropped.add(one);
    else session.diagnostics.push(one);
    for (const key of keys) session.seen.add(key);
  }
  for (const need of outcome.needs) if (!dropped.has(need.diagnostic)) session.needs.push(need);
  for (const request of outcome.unread) {
    const key = schemaKey(request);
    if (!session.unread.some((other) => schemaKey(other) === key)) session.unread.push(request);
  }
  facts.push(outcome.facts);
}
