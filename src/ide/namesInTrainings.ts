// The names that the clauses of a training see: outputs of its model, fields of its data set, layers that it trains.

import type { Dataset, Expr, Model, Name, Train } from "../syntax/ast.ts";
import { bodyNames, declare, find, type Names, parameterNames, within } from "./scopes.ts";

export interface TrainNames {
  /** The names of a loss or a metric: fields, outputs, then those of the file. */
  readonly values: Names;
  /** The names of the clause `weights`. */
  readonly weights: Names;
  readonly outputs: Names;
  /** The names of the clause `buckets`. */
  readonly fields: Names;
  /** The names after `prediction.` and `target.`. */
  members(of: string): Names | undefined;
}

export function trainNames(train: Train, file: Names): TrainNames {
  const model = modelNamed(train, file);
  const dataset = datasetNamed(train, file);
  const outputs: Names = { own: new Map() };
  for (const { text, span } of model === undefined ? [] : outputNames(model))
    declare(outputs, text, { kind: "output", declared: span });
  const targets: Names = { own: new Map() };
  const fields: Names = { own: new Map() };
  const values = within(file);
  for (const { role, name } of dataset === undefined ? [] : fieldsOf(dataset)) {
    const meaning = { kind: "field", declared: name.span } as const;
    if (!values.own.has(name.text) && name.text !== "") values.own.set(name.text, meaning);
    declare(fields, name.text, meaning);
    if (role === "target") declare(targets, name.text, meaning);
  }
  for (const [name, meaning] of outputs.own) if (!values.own.has(name)) values.own.set(name, meaning);
  const weights: Names = { own: new Map() };
  for (const [name, meaning] of model === undefined ? [] : bodyNames(model.body, parameterNames(model, file)).own)
    if (meaning.kind === "layer" || meaning.kind === "weight") weights.own.set(name, meaning);
  return {
    values,
    weights,
    outputs,
    fields,
    members: (of) => ({ prediction: outputs, target: targets })[of],
  };
}

export function modelNamed(train: Train, file: Names): Model | undefined {
  const of = find(file, train.model.text)?.of;
  return of?.kind === "model" ? of : undefined;
}

export function datasetNamed(train: Train, file: Names): Dataset | undefined {
  const of = train.dataset === undefined ? undefined : find(file, train.dataset.text)?.of;
  return of?.kind === "dataset" ? of : undefined;
}

export const fieldsOf = (dataset: Dataset) =>
  dataset.clauses.flatMap((clause) =>
    clause.kind === "field" ? clause.fields.map((field) => ({ role: clause.role, ...field })) : [],
  );

/** Returns the names of a model's outputs, where it results in a record. */
export function outputNames({ body }: Model): readonly Name[] {
  const last = body.statements.findLast(({ kind }) => kind === "return") ?? body.statements.at(-1);
  const value: Expr | undefined = last?.value;
  return value?.kind === "record" ? value.entries.map(({ name }) => name) : [];
}
