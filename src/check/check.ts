// The entrance to the checker: a program's files in, a checked program and its diagnostics out. Pure and bounded; never
// throws, whatever a user writes.

import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Size } from "../ir/size.ts";
import type { SchemaAnswer, SchemaRequest } from "../ops/schema.ts";
import type { Dataset, Declaration, Expr, SourceFile, Train } from "../syntax/ast.ts";
import { checkAlone, inputsOf, optionsOf } from "./evaluate/index.ts";
import type { CheckedDataset, CheckedProgram, CheckedTraining } from "./model.ts";
import { evaluateConstants } from "./program/constants.ts";
import { findDependence } from "./program/dependence.ts";
import { collectFiles } from "./program/files.ts";
import { reportUnused } from "./program/unused.ts";
import { report } from "./say/report.ts";
import { suggest } from "./say/suggest.ts";
import { fullBudget, spareBudget } from "./state/budget.ts";
import type { FileScope, Session } from "./state/environment.ts";
import { broken, type Resolved, valueIn } from "./state/resolved.ts";
import { checkDataset } from "./training/datasets.ts";
import { checkModel, type ModelEntry } from "./training/models.ts";
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
}

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

/** Checks a program: names, kinds, options, shapes, data and trainings. */
export function check({ entry, files, set = new Map(), schemas = new Map() }: CheckInput): CheckOutput {
  const bare: Session = {
    diagnostics: [],
    needs: [],
    facts: [],
    seen: new Set(),
    set,
    schemas,
    unread: [],
    files: new Map(),
    circular: new Set(),
    constants: new Map(),
    budget: fullBudget(),
    spare: spareBudget(),
  };
  const found = collectFiles(bare, entry, files);
  const declarations = found.reached.flatMap((path) => files.get(path)?.declarations ?? []);
  const { constants, circular } = findDependence(bare, declarations, found.scopes);
  const session: Session = { ...bare, files: found.scopes, circular };
  evaluateConstants(session, constants);
  const program = checkFiles(session, entry, files, found.reached);
  const order = new Map(found.reached.map((path, i) => [path, i]));
  const rank = (diagnostic: Diagnostic): number => order.get(diagnostic.span.file) ?? -1;
  const diagnostics = [...session.diagnostics].sort(
    (a, b) => rank(a) - rank(b) || a.span.start - b.span.start || a.span.end - b.span.end || (a.code < b.code ? -1 : 1),
  );
  return { program, diagnostics, missing: found.missing, unread: session.unread };
}

interface Found {
  readonly models: Map<object, ModelEntry>;
  readonly datasets: Map<object, Resolved<CheckedDataset>>;
}

function checkFiles(
  session: Session,
  entry: string,
  files: ReadonlyMap<string, SourceFile>,
  reached: readonly string[],
): CheckedProgram {
  const found: Found = { models: new Map(), datasets: new Map() };
  const scope = session.files.get(entry);
  const tree = files.get(entry);
  const empty: CheckedProgram = { models: [], datasets: [], trainings: [], needs: [], facts: session.facts };
  if (scope === undefined || tree === undefined) return empty;
  reportUnknownSettings(session, scope);
  const trains = tree.declarations.filter((declaration) => declaration.kind === "train");
  const firstTrain = new Map<object, Train>();
  for (const train of trains) {
    const model = scope.names.get(train.model.text);
    if (model !== undefined && !firstTrain.has(model)) firstTrain.set(model, train);
  }
  const all = reached.flatMap((path) => {
    const file = session.files.get(path);
    return file === undefined
      ? []
      : (files.get(path)?.declarations ?? []).map((declaration) => ({ file, declaration }));
  });
  for (const { file, declaration } of all)
    if (declaration.kind === "dataset") found.datasets.set(declaration, checkDataset(session, file, declaration));
  for (const { file, declaration } of all)
    if (declaration.kind === "model") {
      const shapes = shapesFor(firstTrain.get(declaration), scope, found);
      found.models.set(declaration, checkModel(session, file, declaration, shapes));
    }
  for (const { file, declaration } of all)
    if (declaration.kind === "block" && !session.circular.has(declaration)) checkAlone(session, file, declaration);
  const trainings: CheckedTraining[] = trains.flatMap(
    (train) => valueIn(checkTraining(session, scope, train, found)) ?? [],
  );
  if (!session.budget.exhausted) reportUnused(session, tree, scope);
  return { ...programOf(scope, found), trainings, needs: session.needs, facts: session.facts };
}

/** Returns all that the entry sees, in the order of the text, imports last. */
function programOf(scope: FileScope, found: Found): Pick<CheckedProgram, "models" | "datasets"> {
  const visible = [...scope.names.values()];
  const pick = <K extends Declaration["kind"]>(kind: K) => visible.filter((declaration) => declaration.kind === kind);
  return {
    models: pick("model").flatMap((declaration) => valueIn(found.models.get(declaration)?.checked ?? broken) ?? []),
    datasets: pick("dataset").flatMap((declaration) => valueIn(found.datasets.get(declaration) ?? broken) ?? []),
  };
}

/** Returns the shapes of the fields that a training feeds a model, by the names of its inputs. */
function shapesFor(train: Train | undefined, scope: FileScope, found: Found): ReadonlyMap<string, readonly Size[]> {
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
