// Checks trainings: clauses with their defaults, the model's inputs against the fields of the data, and the loss.

import { defaultBatch, ranges } from "../../base/ranges.ts";
import type { Span } from "../../base/span.ts";
import { quoted, type Subject } from "../../diagnostics/catalogue/phrases.ts";
import type { Clause, Declaration, Expr, Train } from "../../syntax/ast.ts";
import { adviseHeads, adviseMetrics, adviseSigns } from "../advice/heads.ts";
import { adviseLeaks } from "../advice/leaks.ts";
import { adviseScales } from "../advice/scales.ts";
import { adviseSteps } from "../advice/steps.ts";
import { convertOption, step } from "../evaluate/index.ts";
import type { CheckedDataset, CheckedTraining } from "../model.ts";
import { constantEnv } from "../program/constants.ts";
import { refer } from "../program/global.ts";
import { report, unread } from "../say/report.ts";
import { suggest } from "../say/suggest.ts";
import type { Env, FileScope, Session } from "../state/environment.ts";
import { broken, isUnresolved, known, type Resolved, type Unresolved, valueIn } from "../state/resolved.ts";
import { readBegin } from "./begin.ts";
import { readBuckets } from "./buckets.ts";
import { only, readClauses } from "./clauses.ts";
import { matchInputs } from "./inputs.ts";
import type { ModelEntry } from "./models.ts";
import { checkMonitors } from "./monitors.ts";
import type { Pairing } from "./pairing.ts";
import { readMetrics } from "./scores.ts";
import { checkSteps, readSteps, type StepRead, stepClauses } from "./steps.ts";
import { readStopping, stoppingClauses } from "./stopping.ts";
import { readUse } from "./uses.ts";
import { readWeighting } from "./weighting.ts";

const trainClauses = [
  ...stepClauses,
  "metrics",
  "weighted_metrics",
  "class_weight",
  ...stoppingClauses,
  "epochs",
  "batch",
  "buckets",
  "seed",
];

interface Found {
  readonly models: ReadonlyMap<Declaration, ModelEntry>;
  readonly datasets: ReadonlyMap<Declaration, Resolved<CheckedDataset>>;
}

/** Returns a checked training; broken if it, its model or its data has errors. */
export function checkTraining(
  session: Session,
  file: FileScope,
  declared: Train,
  found: Found,
): Resolved<CheckedTraining> {
  const env = constantEnv(session, file);
  const owner: Subject = { kind: "training", name: declared.model.text };
  const entry = modelOf(declared, file, env, found.models);
  const dataset = datasetOf(declared, file, env, owner, found.datasets);
  const plain = declared.clauses.filter((clause) => clause.kind === "clause");
  const data = declared.dataset === undefined ? undefined : env.file.names.get(declared.dataset.text);
  const own = data?.kind === "dataset" ? { dataset: data } : {};
  const all = readClauses(plain, { owner, place: declared.model.span, words: trainClauses, ...own }, env);
  const read = readSteps(declared, all, env);
  const clauses = all.byName;
  const numbers = readNumbers(clauses, env);
  const begin = readBegin(clauses.get("weights"), env);
  const checked = isUnresolved(entry) ? entry : entry.value.checked;
  if (isUnresolved(entry) || isUnresolved(checked) || isUnresolved(dataset)) {
    readNames(read, [clauses.get("metrics"), clauses.get("weighted_metrics")], env);
    return broken;
  }
  const model = checked.value;
  // The walk goes over its layers.
  if (!step(env, declared.span, model.nodes.length)) return broken;
  matchInputs(model, dataset.value, declared, env);
  const { declared: made } = entry.value;
  // The traces that a training takes are no other's.
  const work = { ...entry.value.work };
  const pairing: Pairing = { entry: { work, declared: made, model }, dataset: dataset.value, env };
  const steps = checkSteps(read, pairing);
  const weighting = readWeighting(clauses.get("class_weight"), pairing);
  const both = { plain: clauses.get("metrics"), weighted: clauses.get("weighted_metrics") };
  const metrics = readMetrics(both, pairing, () => env.model.errors.length === 0);
  if (!isUnresolved(steps) && !isUnresolved(metrics) && env.model.errors.length === 0)
    checkMonitors({ steps: steps.value, metrics: metrics.value }, pairing);
  if (env.model.errors.length > 0 || isUnresolved(steps) || isUnresolved(metrics) || isUnresolved(weighting))
    return broken;
  const measured = { steps: steps.value, metrics: metrics.value };
  const stopping = readStopping(clauses, measured, pairing);
  if (isUnresolved(numbers) || isUnresolved(stopping) || isUnresolved(begin)) return broken;
  const whole = { declared, read, metrics: both, checked: measured };
  const buckets = readBuckets(clauses.get("buckets"), whole, pairing);
  if (isUnresolved(buckets)) return broken;
  const training: CheckedTraining = {
    model: model.name,
    dataset: dataset.value.name,
    span: declared.span,
    ...measured,
    ...(weighting.value === undefined ? {} : { weighting: weighting.value }),
    ...(stopping.value === undefined ? {} : { stopping: stopping.value }),
    ...(begin.value === undefined ? {} : { begin: begin.value }),
    ...numbers.value,
    ...(buckets.value.length === 0 ? {} : { buckets: buckets.value }),
  };
  advise(declared, training, clauses, pairing);
  return known(training);
}

/** Reads the clauses of one number. */
function readNumbers(
  clauses: ReadonlyMap<string, Clause>,
  env: Env,
): Resolved<Pick<CheckedTraining, "epochs" | "batch" | "seed">> {
  const epochs = integer("epochs", clauses.get("epochs"), env, { ...ranges.epochs, fallback: 1 });
  const batch = integer("batch", clauses.get("batch"), env, { ...ranges.batch, fallback: defaultBatch });
  const seed = integer("seed", clauses.get("seed"), env, { ...ranges.seed, fallback: 0 });
  if (isUnresolved(epochs) || isUnresolved(batch) || isUnresolved(seed)) return broken;
  return known({ epochs: epochs.value, batch: batch.value, seed: seed.value });
}

/** Reports what is likely a mistake in a training without errors. */
function advise(
  { model, dataset }: Train,
  training: CheckedTraining,
  clauses: ReadonlyMap<string, Clause>,
  pairing: Pairing,
): void {
  const { steps, metrics } = training;
  adviseScales(pairing);
  adviseLeaks(pairing);
  adviseHeads(steps, pairing);
  adviseMetrics(metrics, steps, pairing);
  adviseSigns(training, pairing, clauses.get("class_weight")?.span ?? model.span);
  const places = {
    model: model.span,
    data: dataset?.span ?? model.span,
    stopping: clauses.get("early_stopping")?.span,
  };
  adviseSteps({ ...training, batchClause: clauses.get("batch")?.span, places }, pairing);
}

/** Reports unknown names of losses and metrics where there is no model or data to compare. */
function readNames(steps: readonly StepRead[], metrics: readonly (Clause | undefined)[], env: Env): void {
  for (const { loss } of steps) {
    const named = valueIn(loss);
    if (named !== undefined && isPlainName(named)) readUse("loss", named, env, "loss");
  }
  for (const expr of metrics.flatMap((clause) => clause?.groups.flat() ?? []))
    if (isPlainName(expr)) readUse("metric", expr, env, quoted("metrics"));
}

/** Whether an expression is a name, or one with named options: nothing in it depends on a model or on data. */
const isPlainName = (expr: Expr): boolean =>
  expr.kind === "name" || (expr.kind === "call" && expr.arguments.every(({ name }) => name !== undefined));

function modelOf(
  declared: Train,
  file: FileScope,
  env: Env,
  models: ReadonlyMap<Declaration, ModelEntry>,
): Resolved<ModelEntry> {
  const { text: name, span } = declared.model;
  const definition = file.names.get(name);
  if (definition?.kind !== "model") return undefinedDefinition(env, file, "model", name, span);
  refer(env.session, span, name, definition);
  const entry = models.get(definition);
  return entry === undefined ? broken : known(entry);
}

function datasetOf(
  declared: Train,
  file: FileScope,
  env: Env,
  owner: Subject,
  datasets: ReadonlyMap<Declaration, Resolved<CheckedDataset>>,
): Resolved<CheckedDataset> {
  if (declared.dataset === undefined)
    return report(env, { code: "NN010", span: declared.model.span, owner, missing: "data" });
  const { text: name, span } = declared.dataset;
  const definition = file.names.get(name);
  if (definition?.kind !== "dataset") return undefinedDefinition(env, file, "dataset", name, span);
  refer(env.session, span, name, definition);
  return datasets.get(definition) ?? broken;
}

function undefinedDefinition(
  env: Env,
  file: FileScope,
  kind: "model" | "dataset",
  name: string,
  span: Span,
): Unresolved {
  if (name === "") return unread(env, span);
  const other = file.names.get(name);
  if (other !== undefined) {
    const [what, expected] = kind === "model" ? (["train", "modelName"] as const) : (["on", "datasetName"] as const);
    const actual = { kind: "definition", of: other.kind, name } as const;
    return report(env, { code: "NN009", span, what: quoted(what), expected, actual });
  }
  const names = [...file.names.values()].filter((definition) => definition.kind === kind).map((d) => d.name.text);
  return report(env, { code: "NN005", span, name, what: kind, ...suggest(env.session, name, span, names, names) });
}

function integer(
  name: string,
  clause: Clause | undefined,
  env: Env,
  range: { readonly min: number; readonly max: number; readonly fallback: number },
): Resolved<number> {
  if (clause === undefined) return known(range.fallback);
  const expr = only(clause, { words: trainClauses }, env, quoted(name));
  if (isUnresolved(expr)) return expr;
  const { min, max } = range;
  const value = convertOption({ kind: "int", min, max }, expr.value, env, { what: quoted(name) });
  if (isUnresolved(value)) return value;
  return typeof value.value === "number" ? known(value.value) : broken;
}
