// Trainings: clauses with their defaults, the model's inputs against the fields of the data, and the loss between them.

import { ranges } from "../../base/ranges.ts";
import type { Span } from "../../base/span.ts";
import { sameShape } from "../../ir/types.ts";
import type { Clause, Expr, Train } from "../../syntax/ast.ts";
import { convertOption, open } from "../evaluate/convert.ts";
import { sameElement } from "../evaluate/parameters.ts";
import type { CheckedDataset, CheckedModel, CheckedTraining, DataField } from "../model.ts";
import { constantEnv, refer } from "../program/global.ts";
import { nearest } from "../say/nearest.ts";
import { suggest } from "../say/suggest.ts";
import { exprText, shapeText, typeText } from "../say/words.ts";
import { type Env, type FileScope, report, type Session } from "../state/environment.ts";
import { repeatedClause, unknownClause } from "./datasets.ts";
import { checkMetric, checkTarget } from "./fits.ts";
import type { ModelEntry } from "./models.ts";
import { readUse, type UseExpr } from "./uses.ts";

const trainClauses = ["loss", "optimizer", "metrics", "epochs", "batch", "seed"];

/** A checked training; undefined where it, its model or its data has errors. */
export function checkTraining(
  session: Session,
  file: FileScope,
  declared: Train,
  found: {
    readonly models: ReadonlyMap<object, ModelEntry>;
    readonly datasets: ReadonlyMap<object, CheckedDataset | undefined>;
  },
): CheckedTraining | undefined {
  const env = constantEnv(session, file);
  const owner = `train ${declared.model.text}`;
  const entry = modelOf(declared, file, env, found.models);
  const dataset = datasetOf(declared, file, env, owner, found.datasets);
  const clauses = clausesByName(declared, env, owner);
  const lossClause = clauses.get("loss");
  const optimizerClause = clauses.get("optimizer");
  for (const [name, clause] of [
    ["loss", lossClause],
    ["optimizer", optimizerClause],
  ] as const)
    if (clause === undefined && !meantElsewhere(declared, name)) {
      const help = name === "loss" ? "loss mse, or loss categorical_crossentropy for classes" : "optimizer adam()";
      report(env, {
        code: "NN010",
        span: declared.model.span,
        owner,
        missing: `${name === "loss" ? "a" : "an"} '${name}' clause`,
        help,
      });
    }
  const loss = lossClause === undefined ? undefined : single("loss", lossClause, env);
  const optimizer = optimizerClause === undefined ? undefined : single("optimizer", optimizerClause, env);
  const metrics = metricsOf(clauses.get("metrics"), env);
  const epochs = integer("epochs", clauses.get("epochs"), env, { ...ranges.epochs, fallback: 1 });
  const batch = integer("batch", clauses.get("batch"), env, { ...ranges.batch, fallback: 32 });
  const seed = integer("seed", clauses.get("seed"), env, { ...ranges.seed, fallback: 0 });
  const model = entry?.checked;
  if (model !== undefined && entry !== undefined && dataset !== undefined) {
    matchInputs(model, dataset, declared, env);
    if (loss !== undefined)
      checkTarget({ ...entry, checked: model }, dataset, loss, lossClause?.keyword.span ?? declared.span, env);
    if (!env.model.broken) for (const metric of metrics ?? []) checkMetric(model, dataset, metric, env);
  }
  if (env.model.broken || model === undefined || dataset === undefined) return undefined;
  if (loss === undefined || optimizer === undefined || metrics === undefined) return undefined;
  if (epochs === undefined || batch === undefined || seed === undefined) return undefined;
  const { name } = dataset;
  return { model: model.name, dataset: name, span: declared.span, loss, optimizer, metrics, epochs, batch, seed };
}

function modelOf(
  declared: Train,
  file: FileScope,
  env: Env,
  models: ReadonlyMap<object, ModelEntry>,
): ModelEntry | undefined {
  const { text: name, span } = declared.model;
  const definition = file.names.get(name);
  if (definition?.kind === "model") {
    refer(env.session, span, name, definition);
    return models.get(definition);
  }
  undefinedDefinition(env, file, "model", name, span);
  return undefined;
}

function datasetOf(
  declared: Train,
  file: FileScope,
  env: Env,
  owner: string,
  datasets: ReadonlyMap<object, CheckedDataset | undefined>,
): CheckedDataset | undefined {
  if (declared.dataset === undefined) {
    report(env, { code: "NN010", span: declared.model.span, owner, missing: "a data set: train … on …" });
    return undefined;
  }
  const { text: name, span } = declared.dataset;
  const definition = file.names.get(name);
  if (definition?.kind === "dataset") {
    refer(env.session, span, name, definition);
    return datasets.get(definition);
  }
  undefinedDefinition(env, file, "dataset", name, span);
  return undefined;
}

function undefinedDefinition(env: Env, file: FileScope, kind: "model" | "dataset", name: string, span: Span): void {
  env.model.broken = true;
  if (name === "") return;
  const names = [...file.names.values()].filter((definition) => definition.kind === kind).map((d) => d.name.text);
  const what = kind === "model" ? "model" : "data set";
  report(env, { code: "NN005", span, name, what, ...suggest(env.session, name, span, names, names) });
}

function clausesByName(declared: Train, env: Env, owner: string): ReadonlyMap<string, Clause> {
  const clauses = new Map<string, Clause>();
  for (const clause of declared.clauses) {
    const name = clause.keyword.text;
    const before = clauses.get(name);
    if (!trainClauses.includes(name)) unknownClause(env, owner, clause, trainClauses);
    else if (before !== undefined) repeatedClause(env, owner, clause, before.keyword.span);
    else clauses.set(name, clause);
  }
  return clauses;
}

/** Whether a clause is there, but misspelt or behind another on the same line: which is told where it stands. */
const meantElsewhere = (declared: Train, name: string): boolean =>
  declared.clauses.some(
    ({ keyword, groups }) =>
      (!trainClauses.includes(keyword.text) && nearest(keyword.text, trainClauses).sure === name) ||
      groups.flat().some((expr) => isClauseWord(expr) && exprText(expr) === name),
  );

const isClauseWord = (expr: Expr): boolean => expr.kind === "name" && !expr.quoted && trainClauses.includes(expr.name);

/** The values of a clause in one row: `metrics accuracy, mae` and `metrics [accuracy, mae]` alike. */
const valuesOf = (clause: Clause): readonly Expr[] =>
  clause.groups.flat().flatMap((expr) => (expr.kind === "list" ? expr.items : [expr]));

/** The only value of a clause; undefined after a report. */
function only(clause: Clause, env: Env, what: string): Expr | undefined {
  const [first, second] = clause.groups.flat();
  if (first === undefined) {
    report(env, { code: "NN010", span: clause.keyword.span, owner: `'${clause.keyword.text}'`, missing: "a value" });
    return undefined;
  }
  if (second !== undefined) {
    const help = isClauseWord(second) ? { help: "each clause stands on a line of its own" } : {};
    report(env, { code: "NN009", span: second.span, what, expected: "one value", actual: exprText(second), ...help });
    return undefined;
  }
  return first;
}

function single(tier: "loss" | "optimizer", clause: Clause, env: Env): UseExpr | undefined {
  const expr = only(clause, env, `the ${tier}`);
  return expr === undefined ? undefined : readUse(tier, expr, env, `the ${tier}`);
}

function metricsOf(clause: Clause | undefined, env: Env): readonly UseExpr[] | undefined {
  if (clause === undefined) return [];
  const uses: UseExpr[] = [];
  let whole = true;
  for (const expr of valuesOf(clause)) {
    const use = readUse("metric", expr, env, "'metrics'");
    if (use === undefined) {
      whole = false;
      continue;
    }
    const before = uses.find(
      ({ name, options }) => name === use.name && JSON.stringify(options) === JSON.stringify(use.options),
    );
    if (before === undefined) uses.push(use);
    else
      report(env, {
        code: "NN004",
        span: expr.span,
        name: exprText(expr),
        first: before.span,
        what: "a metric of this training",
      });
  }
  return whole ? uses : undefined;
}

function integer(
  name: string,
  clause: Clause | undefined,
  env: Env,
  range: { readonly min: number; readonly max: number; readonly fallback: number },
): number | undefined {
  if (clause === undefined) return range.fallback;
  const expr = only(clause, env, `'${name}'`);
  if (expr === undefined) return undefined;
  const { min, max } = range;
  const value = convertOption({ kind: "int", min, max }, expr, env, { what: `'${name}'` });
  if (value === open) env.model.broken = true;
  return typeof value === "number" ? value : undefined;
}

/** Each input of the model is an input field of the same name and type. */
function matchInputs(model: CheckedModel, dataset: CheckedDataset, declared: Train, env: Env): void {
  const fields = new Map(dataset.fields.filter(({ role }) => role === "input").map((field) => [field.name, field]));
  const span = declared.dataset?.span ?? declared.model.span;
  for (const input of model.inputs) {
    const field = fields.get(input.name);
    if (field === undefined) missingField(model.name, input.name, dataset, [...fields.keys()], span, env);
    else matchType(model.name, input, field, span, env);
  }
}

function missingField(
  model: string,
  name: string,
  dataset: CheckedDataset,
  inputs: readonly string[],
  span: Span,
  env: Env,
): void {
  report(env, {
    code: "NN005",
    span,
    name,
    nearest: inputs,
    what: "input field",
    where: `data set ${dataset.name}`,
    note: `an input of ${model} is the field of the same name`,
  });
}

function matchType(model: string, input: CheckedModel["inputs"][number], field: DataField, span: Span, env: Env): void {
  const what = `the input '${input.name}' of ${model}`;
  if (!sameElement(input.type.element, field.type.element)) {
    report(env, { code: "NN117", span, what, expected: typeText(input.type), actual: typeText(field.type) });
    return;
  }
  if (sameShape(input.type.shape, field.type.shape)) return;
  // The model takes what the data holds: its signature is what differs.
  if (input.type.shape.length !== field.type.shape.length) {
    const [expected, actual] = [shapeText(input.type.shape), shapeText(field.type.shape)];
    report(env, { code: "NN101", span, what, expected, actual, axes: field.type.shape.length, declared: field.span });
  } else
    report(env, {
      code: "NN102",
      span,
      what,
      expected: shapeText(field.type.shape),
      actual: shapeText(input.type.shape),
      declared: field.span,
      why: `so says the field '${field.name}'`,
    });
}
