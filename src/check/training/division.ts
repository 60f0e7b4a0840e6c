// What the columns of a data set and the first rows of its file say of its parts and its targets: a target among the inputs, parts that
// overlap, classes in blocks that a split by order keeps apart.

import type { Span } from "../../base/span.ts";
import { findOperator, findSource } from "../../ops/registry.ts";
import { type Schema, schemaKey } from "../../ops/schema.ts";
import type { Dataset } from "../../syntax/ast.ts";
import type { CheckedDataset, DataField } from "../model.ts";
import { report } from "../say/report.ts";
import type { Env } from "../state/environment.ts";

/** Rows that are enough to believe what they say. */
const enoughRows = 20;

/** Reports NN405 to NN408, NN416 and NN417 for a data set without errors. */
export function checkDivision(dataset: CheckedDataset, declared: Dataset, env: Env): void {
  const schema = schemaOf(dataset, env);
  unevenParts(dataset, declared, env);
  movedApart(dataset, env);
  for (const target of dataset.fields.filter(({ role }) => role === "target")) {
    targetAmongInputs(target, dataset, schema, env);
    sortedLabels(target, dataset, declared, schema, env);
  }
  overlappingParts(dataset, declared, schema, env);
  unusableCells(dataset, schema, env);
}

/** Reports NN417 for a split that keeps more to validate on than to train on. */
function unevenParts({ name, split }: CheckedDataset, declared: Dataset, env: Env): void {
  const place = declared.clauses.find((clause) => clause.kind === "clause" && clause.keyword.text === "split")?.span;
  const { train, validation } = split;
  if (place !== undefined && train > 0 && validation > train)
    report(env, { code: "NN417", span: place, dataset: name, train, validation, rows: split.rows === true });
}

/** The layers of a field that move what is in a picture. */
const moversIn = ({ nodes }: DataField) =>
  nodes.flatMap((node) => (node.kind === "call" && findOperator(node.op)?.moves === true ? [node] : []));

/** Reports NN416 for pictures that move in training, beside targets with a place for each pixel that do not move alike. */
function movedApart({ fields }: CheckedDataset, env: Env): void {
  const targets = fields.filter(({ role, type }) => role === "target" && type.shape.length >= 2);
  for (const input of fields.filter(({ role }) => role === "input")) {
    const own = new Set(input.columns.flatMap(({ from }) => from));
    const isBeside = ({ type, columns }: DataField): boolean =>
      String(type.shape.slice(0, 2)) === String(input.type.shape.slice(0, 2)) &&
      // A model may well learn to turn the same picture back.
      !columns.some(({ from }) => from.some((column) => own.has(column)));
    for (const target of targets.filter(isBeside)) {
      const others = moversIn(target);
      const mover = moversIn(input).find(
        ({ op, options: { seed } }) =>
          !others.some((one) => one.op === op && seed !== undefined && one.options.seed === seed),
      );
      if (mover === undefined) continue;
      const how = others.some(({ op }) => op === mover.op) ? "apart" : "stays";
      const said = { layer: mover.text, input: input.name, target: target.name, declared: target.span };
      report(env, { code: "NN416", span: mover.span, how, ...said });
      break;
    }
  }
}

/** Reports NN405 for columns whose first cells hold no number, or one that f32 cannot hold. An encoder may fill them. */
function unusableCells({ fields }: CheckedDataset, schema: Schema | undefined, env: Env): void {
  for (const field of fields)
    for (const { from, encoder } of field.columns)
      for (const column of encoder === undefined ? from : []) {
        const numbers = schema?.first?.columns.get(column)?.numbers;
        if (numbers === undefined || numbers.missing + numbers.infinite === 0) continue;
        const { missing, infinite } = numbers;
        const rows = schema?.first?.rows ?? 0;
        report(env, { code: "NN405", span: field.span, field: field.name, column, rows, missing, infinite });
      }
}

/** Returns what is known of the file that a data set reads. */
export function schemaOf({ source }: CheckedDataset, env: Env): Schema | undefined {
  const request = findSource(source.name)?.schema?.(source.options);
  const answer = request === undefined ? undefined : env.session.schemas.get(schemaKey(request));
  return answer?.kind === "read" ? answer.schema : undefined;
}

/** The column of a target that is a class or a single number; undefined for others, such as the next words of a text. */
function singleColumn({ type, columns }: DataField): string | undefined {
  const [column, ...more] = columns;
  const single = type.shape.length === 0 || (type.shape.length === 1 && type.shape[0] === 1);
  if (column === undefined || more.length > 0 || !single || (column.ahead ?? 0) > 0) return undefined;
  return column.from.length === 1 ? column.from[0] : undefined;
}

function targetAmongInputs(
  target: DataField,
  { fields, noise }: CheckedDataset,
  schema: Schema | undefined,
  env: Env,
): void {
  const own = singleColumn(target);
  // A model that makes things of noise is told what to make.
  if (own === undefined || noise.length > 0) return;
  const facts = schema?.first?.columns.get(own);
  const rows = schema?.first?.rows ?? 0;
  // Numbers that go with each other may be measured; only a copy of the target is one for certain.
  const mark = target.type.element.kind === "class" ? "pattern" : "cells";
  const tells = (name: string): boolean =>
    facts !== undefined &&
    rows >= enoughRows &&
    facts.values > 1 &&
    schema?.first?.columns.get(name)?.[mark] === facts[mark];
  for (const field of fields.filter(({ role }) => role === "input")) {
    const from = field.columns.flatMap((column) => column.from);
    const column = from.includes(own) ? own : from.find(tells);
    if (column === undefined) continue;
    const how = column === own ? ({ kind: "same" } as const) : ({ kind: "tells", column, rows } as const);
    report(env, {
      code: "NN406",
      span: field.span,
      input: field.name,
      target: target.name,
      declared: target.span,
      how,
    });
  }
}

/** The place of the `split` clause; without one that of the source. */
const splitSpan = ({ clauses }: Dataset, { source }: CheckedDataset): Span =>
  clauses.find((clause) => clause.kind === "clause" && clause.keyword.text === "split")?.span ?? source.span;

/** The share of repeated rows that is too many by chance, and the one from which on columns just have few values. */
const manyRepeats = 0.05;
const usualRepeats = 0.5;

function overlappingParts(dataset: CheckedDataset, declared: Dataset, schema: Schema | undefined, env: Env): void {
  const { source, split } = dataset;
  const { options, span } = source;
  const twins = [
    ["file", "test"],
    ["other", "test_other"],
  ] as const;
  for (const [own, test] of twins) {
    const file = options[own];
    if (typeof file === "string" && file === options[test])
      return void report(env, { code: "NN407", span, how: { kind: "file", file } });
  }
  const { rows = 0, repeated = 0 } = schema?.first ?? {};
  const mixes = split.order === "random" || split.order === "stratified";
  if (!mixes || split.validation + split.test === 0 || findSource(source.name)?.window?.(options) !== undefined) return;
  if (rows < enoughRows || repeated < manyRepeats * rows || repeated > usualRepeats * rows) return;
  report(env, { code: "NN407", span: splitSpan(declared, dataset), how: { kind: "repeats", rows, repeated } });
}

/** A split by order of rows that are sorted by their class gives each part other classes. */
function sortedLabels(
  target: DataField,
  dataset: CheckedDataset,
  declared: Dataset,
  schema: Schema | undefined,
  env: Env,
): void {
  const { source, split } = dataset;
  const column = singleColumn(target);
  const def = findSource(source.name);
  const inARow = def?.contiguous === true || def?.window?.(source.options) !== undefined;
  if (split.order !== "order" || inARow || split.validation + split.test === 0 || column === undefined) return;
  const { element } = target.type;
  const facts = schema?.first?.columns.get(column);
  const rows = schema?.first?.rows ?? 0;
  if (facts === undefined || element.kind !== "class" || rows < enoughRows) return;
  const wanted = typeof element.count === "number" ? element.count : undefined;
  const alone = facts.values === 1 && wanted !== undefined && wanted > 1;
  const blocks = facts.values > 1 && facts.changes === facts.values - 1;
  if (!alone && !blocks) return;
  const span = splitSpan(declared, dataset);
  report(env, { code: "NN408", span, target: target.name, declared: target.span, column, rows, values: facts.values });
}
