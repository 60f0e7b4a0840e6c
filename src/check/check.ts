// The entrance to the checker: a program's files in, a checked program and its diagnostics out. Pure and bounded; never
// throws, whatever a user writes.

import { type Placing, placed } from "../base/layout.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { printSize, type Size } from "../ir/size.ts";
import type { SchemaAnswer, SchemaRequest } from "../ops/schema.ts";
import type { Dataset, Declaration, Expr, SourceFile, Train } from "../syntax/ast.ts";
import { checkAlone, inputsOf, optionsOf } from "./evaluate/index.ts";
import type { CheckedProgram, CheckedTraining, Fact, UnfinishedModel } from "./model.ts";
import { constantValue } from "./program/constants.ts";
import { findDependence } from "./program/dependence.ts";
import { collectFiles, type Files } from "./program/files.ts";
import { type CheckMemory, checkUnit, type Sight, type Units, type World } from "./program/units.ts";
import { reportUnused } from "./program/unused.ts";
import { report } from "./say/report.ts";
import { suggest } from "./say/suggest.ts";
import { fullBudget, spareBudget } from "./state/budget.ts";
import type { FileScope, Session } from "./state/environment.ts";
import { distinct } from "./state/facts.ts";
import { broken, isUnresolved, valueIn } from "./state/resolved.ts";
import { checkDataset } from "./training/datasets.ts";
import { checkModel } from "./training/models.ts";
import { checkTraining } from "./training/trainings.ts";

export interface CheckInput {
  /** The key of the program's first file. */
  readonly entry: string;
  /** The known syntax trees, by path. */
  readonly files: ReadonlyMap<string, SourceFile>;
  /** What the files of sources say of their columns, by `schemaKey`. */
  readonly schemas?: ReadonlyMap<string, SchemaAnswer>;
  /** The values of `--set name=value`: constants of the entry, and options and dimensions of its models. */
  readonly set?: ReadonlyMap<string, Expr>;
  /** What earlier checks found, and where in the files it has moved since. */
  readonly memory?: CheckMemory;
  readonly places?: ReadonlyMap<string, Placing>;
}

/** A program before its facts are one list. */
type Checked = Omit<CheckedProgram, "facts"> & { readonly facts: readonly (readonly Fact[])[] };

export interface CheckOutput {
  /** The parts without errors; the facts cover the rest too. */
  readonly program: CheckedProgram;
  /** The diagnostics, in the order of files and places. */
  readonly diagnostics: readonly Diagnostic[];
  /** The keys of imported files that `files` lacks. */
  readonly missing: readonly string[];
  /** The questions about files of data that `schemas` does not answer. */
  readonly unread: readonly SchemaRequest[];
}

/** Checks a program: names, kinds, options, shapes, data and trainings. With a memory, only what differs from earlier checks. */
export function check(input: CheckInput): CheckOutput {
  const { entry, files, set = new Map(), schemas = new Map(), places = new Map() } = input;
  const bare: Session = {
    diagnostics: [],
    guards: new Map(),
    needs: [],
    facts: [],
    seen: new Set(),
    set,
    schemas,
    unread: [],
    files: new Map(),
    circular: new Map(),
    constants: new Map(),
    budget: fullBudget(),
    spare: spareBudget(),
  };
  const found = collectFiles(bare, entry, files);
  const declarations = found.reached.flatMap((path) => files.get(path)?.declarations ?? []);
  const { constants, circular } = findDependence(bare, declarations, found.scopes);
  const world: World = {
    files: found.scopes,
    circular: new Map([...circular].map((one) => [one, true])),
    schemas,
    constants: new Map(),
    datasets: new Map(),
    models: new Map(),
  };
  const session: Session = { ...bare, files: world.files, circular: world.circular, constants: world.constants };
  const memory: CheckMemory = set.size > 0 ? new WeakMap() : (input.memory ?? new WeakMap());
  const units: Units = { session, world, memory, facts: [] };
  for (const one of constants)
    world.constants.set(
      one,
      checkUnit(units, one, "", (sight) => constantValue(sight.session, one)),
    );
  const program = checkFiles(units, entry, files, found.reached);
  return {
    ...inPlaces(program, session.diagnostics, { places, reached: found.reached }),
    ...missingOf(session, found),
  };
}

const missingOf = ({ unread }: Session, { missing }: Files): Pick<CheckOutput, "missing" | "unread"> => ({
  missing,
  unread,
});

/** Returns what was found, in the places that the texts have now, and the diagnostics in their order. */
function inPlaces(
  program: Checked,
  found: readonly Diagnostic[],
  { places, reached }: { readonly places: ReadonlyMap<string, Placing>; readonly reached: readonly string[] },
): Pick<CheckOutput, "program" | "diagnostics"> {
  const place: Placing = (span) => places.get(span.file)?.(span) ?? span;
  const put = <T>(value: T): T => (places.size === 0 ? value : placed(value, place));
  const now = new Map(found.map((one) => [one, put(one)]));
  const order = new Map(reached.map((path, i) => [path, i]));
  const rank = (diagnostic: Diagnostic): number => order.get(diagnostic.span.file) ?? -1;
  const diagnostics = [...now.values()].sort(
    (a, b) => rank(a) - rank(b) || a.span.start - b.span.start || a.span.end - b.span.end || (a.code < b.code ? -1 : 1),
  );
  const needs = program.needs.map(({ model, diagnostic }) => ({
    model,
    diagnostic: now.get(diagnostic) ?? diagnostic,
  }));
  // Not everyone who checks asks for the rest, and an editor checks after each key.
  const models = once(() => put(program.models));
  const unfinished = once(() => put(program.unfinished));
  const datasets = once(() => put(program.datasets));
  const trainings = once(() => put(program.trainings));
  const facts = once(() => put(distinct(program.facts)));
  return {
    program: {
      needs,
      get models() {
        return models();
      },
      get unfinished() {
        return unfinished();
      },
      get datasets() {
        return datasets();
      },
      get trainings() {
        return trainings();
      },
      get facts() {
        return facts();
      },
    },
    diagnostics,
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** Checks everything that the files declare, unit by unit. */
function checkFiles(
  units: Units,
  entry: string,
  files: ReadonlyMap<string, SourceFile>,
  reached: readonly string[],
): Checked {
  const { session, world } = units;
  const scope = world.files.get(entry);
  const tree = files.get(entry);
  const rest = { needs: session.needs, facts: units.facts };
  const none: Checked = { models: [], unfinished: [], datasets: [], trainings: [], ...rest };
  if (scope === undefined || tree === undefined) return none;
  reportUnknownSettings(session, scope);
  const trains = tree.declarations.filter((declaration) => declaration.kind === "train");
  const firstTrain = new Map<Declaration, Train>();
  for (const train of trains) {
    const model = scope.names.get(train.model.text);
    if (model !== undefined && !firstTrain.has(model)) firstTrain.set(model, train);
  }
  const scopeIn = (sight: Sight, path: string): FileScope =>
    sight.session.files.get(path) ?? { path, names: new Map() };
  const all = reached.flatMap((path) => (files.get(path)?.declarations ?? []).map((one) => ({ path, one })));
  for (const { path, one } of all)
    if (one.kind === "dataset")
      world.datasets.set(
        one,
        checkUnit(units, one, "", (sight) => checkDataset(sight.session, scopeIn(sight, path), one)),
      );
  for (const { path, one } of all)
    if (one.kind === "model") {
      const fed = shapesFor(firstTrain.get(one), scope, world);
      const given = [...fed].map(([name, shape]) => `${name}: ${shape.map(printSize).join(", ")}`).join("; ");
      world.models.set(
        one,
        checkUnit(units, one, given, (sight) => checkModel(sight.session, scopeIn(sight, path), one, fed)),
      );
    }
  for (const { path, one } of all)
    if (one.kind === "block" && !world.circular.has(one))
      checkUnit(units, one, "", (sight) => checkAlone(sight.session, scopeIn(sight, path), one));
  const trainings: CheckedTraining[] = trains.flatMap((train) => {
    const run = (sight: Sight) => checkTraining(sight.session, scopeIn(sight, entry), train, sight);
    return valueIn(checkUnit(units, train, "", run)) ?? [];
  });
  if (!session.budget.exhausted) reportUnused(session, tree, scope);
  return { ...none, ...programOf(scope, world), trainings };
}

/** Returns all that the entry sees, in the order of the text, imports last. */
function programOf(scope: FileScope, found: World): Pick<CheckedProgram, "models" | "unfinished" | "datasets"> {
  const visible = [...scope.names.values()];
  const pick = <K extends Declaration["kind"]>(kind: K) => visible.filter((declaration) => declaration.kind === kind);
  return {
    models: pick("model").flatMap((declaration) => valueIn(found.models.get(declaration)?.checked ?? broken) ?? []),
    unfinished: pick("model").flatMap((declaration): readonly UnfinishedModel[] => {
      const entry = found.models.get(declaration);
      if (entry === undefined || !isUnresolved(entry.checked)) return [];
      return [{ name: declaration.name.text, nodes: entry.work.nodes, weights: [...entry.work.weights.values()] }];
    }),
    datasets: pick("dataset").flatMap((declaration) => valueIn(found.datasets.get(declaration) ?? broken) ?? []),
  };
}

/** Returns the shapes of the fields that a training feeds a model, by the names of its inputs. */
function shapesFor(train: Train | undefined, scope: FileScope, found: World): ReadonlyMap<string, readonly Size[]> {
  const data: Dataset | undefined = datasetNamed(train?.dataset?.text, scope);
  const dataset = data === undefined ? undefined : valueIn(found.datasets.get(data) ?? broken);
  const inputs = [...(dataset?.fields ?? []), ...(dataset?.noise ?? [])].filter(({ role }) => role === "input");
  return new Map(inputs.map(({ name, type }) => [name, type.shape]));
}

function datasetNamed(name: string | undefined, scope: FileScope): Dataset | undefined {
  const declared = name === undefined ? undefined : scope.names.get(name);
  return declared?.kind === "dataset" ? declared : undefined;
}

/** Reports NN005 for `--set` of a name that is no constant, option or dimension of a model. */
function reportUnknownSettings(session: Session, scope: FileScope): void {
  const names = new Set<string>();
  for (const declaration of scope.names.values()) {
    if (declaration.kind === "const") names.add(declaration.name.text);
    if (declaration.kind !== "model") continue;
    for (const { name } of optionsOf(declaration.parameters)) names.add(name.text);
    for (const { type } of inputsOf(declaration.parameters))
      for (const entry of type?.shape ?? []) if (entry.kind === "name") names.add(entry.name);
  }
  for (const [name, expr] of session.set)
    if (!names.has(name)) {
      const what = "setting";
      // The place is on the command line, which no edit can reach.
      const { nearest } = suggest(session, name, expr.span, names, [...names]);
      report({ session }, { code: "NN005", span: expr.span, name, nearest, what });
    }
}
