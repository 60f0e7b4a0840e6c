// Data sets: the source and its columns, fields with their types and transforms, the split.

import type { Span } from "../../base/span.ts";
import { write } from "../../diagnostics/catalogue/fixes.ts";
import { batchSize, type Size, sameSize } from "../../ir/size.ts";
import type { TensorType } from "../../ir/types.ts";
import type { SourceColumn } from "../../ops/definition.ts";
import { findFunction, findLayer, findSource } from "../../ops/registry.ts";
import type { Clause, Dataset, Expr, Field } from "../../syntax/ast.ts";
import { applied, evaluate } from "../evaluate/evaluate.ts";
import { sameElement } from "../evaluate/parameters.ts";
import { resolveElement, sizeOf } from "../evaluate/types.ts";
import { type CheckedDataset, type DataField, dtypeOf, type Element, type LangType } from "../model.ts";
import { constantEnv } from "../program/global.ts";
import { namesIn, visit } from "../program/walk.ts";
import { suggest, suggestHabit } from "../say/suggest.ts";
import { elementText, exprText, innerShape, sizeText, tensorText } from "../say/words.ts";
import { addNode, newModel } from "../state/building.ts";
import { type Env, type FileScope, note, report, type Session } from "../state/environment.ts";
import { declare, emptyScope } from "../state/scope.ts";
import { kindText, type Tensor, type Value } from "../state/values.ts";
import { defaultSplit, readSplit } from "./split.ts";
import { readUse, type UseExpr } from "./uses.ts";

/** Clauses a data set may have, for suggestions. */
export const datasetClauses = ["source", "input", "target", "split"];

/** A checked data set; undefined where it has errors. */
export function checkDataset(session: Session, file: FileScope, declared: Dataset): CheckedDataset | undefined {
  const env: Env = { ...constantEnv(session, file), model: newModel() };
  const owner = `data set ${declared.name.text}`;
  const source = readSource(declared, env, owner);
  const definition = source === undefined ? undefined : findSource(source.name);
  const columns = source === undefined ? undefined : definition?.columns(source.options);
  const fields: DataField[] = [];
  const named = new Map<string, Span>();
  let split: CheckedDataset["split"] | undefined;
  let splitSpan: Span | undefined;
  for (const clause of declared.clauses) {
    if (clause.kind === "source") continue;
    if (clause.kind === "clause") {
      if (clause.keyword.text !== "split") unknownClause(env, owner, clause);
      else if (splitSpan !== undefined) repeatedClause(env, owner, clause, splitSpan);
      else {
        splitSpan = clause.keyword.span;
        const tested =
          source !== undefined && definition?.hasTestPart(source.options) === true ? source.name : undefined;
        split = readSplit(clause, env, tested);
      }
      continue;
    }
    for (const field of clause.fields) {
      const before = named.get(field.name.text);
      if (before !== undefined)
        report(env, { code: "NN004", span: field.name.span, name: field.name.text, first: before, what: "a field" });
      named.set(field.name.text, field.name.span);
      const checked = checkField(field, clause.role, columns, { ...env, model: newModel() }, env);
      if (checked !== undefined && before === undefined) fields.push(checked);
    }
  }
  if (![...declared.clauses].some((clause) => clause.kind === "field" && clause.role === "input"))
    report(env, { code: "NN010", span: declared.name.span, owner, missing: "an 'input' clause" });
  if (source === undefined || env.model.broken || fields.length < named.size) return undefined;
  return {
    name: declared.name.text,
    span: declared.name.span,
    source,
    fields,
    split: split ?? defaultSplit,
  };
}

function readSource(declared: Dataset, env: Env, owner: string): UseExpr | undefined {
  const sources = declared.clauses.filter((clause) => clause.kind === "source");
  const [first, second] = sources;
  if (first === undefined) {
    const help = "source mnist() reads handwritten digits";
    report(env, { code: "NN010", span: declared.name.span, owner, missing: "a 'source' clause", help });
    return undefined;
  }
  if (second !== undefined) repeatedClause(env, owner, second, first.keyword.span);
  return readUse("source", first.value, env, "the source");
}

interface ClauseWord {
  readonly keyword: Clause["keyword"];
}

export function unknownClause(env: Env, owner: string, clause: ClauseWord, known = datasetClauses): void {
  const { text: option, span } = clause.keyword;
  const reason = { kind: "unknown" as const, ...suggestHabit(env.session, "clause", option, span, known, known) };
  report(env, { code: "NN003", span, owner, option, word: "clause", reason });
}

export function repeatedClause(env: Env, owner: string, clause: ClauseWord, first: Span): void {
  const { text: option, span } = clause.keyword;
  report(env, { code: "NN003", span, owner, option, word: "clause", reason: { kind: "repeated", first } });
}

function checkField(
  field: Field,
  role: "input" | "target",
  columns: readonly SourceColumn[] | undefined,
  env: Env,
  outer: Env,
): DataField | undefined {
  const element = field.type === undefined ? undefined : resolveElement(field.type, env);
  const own: Env = { ...env, scope: emptyScope() };
  const done = (): undefined => {
    outer.model.broken ||= env.model.broken;
    return undefined;
  };
  if (columns === undefined || (field.type !== undefined && (element === undefined || element === "open"))) {
    env.model.broken = true;
    return done();
  }
  const found = columnOf(field, columns, own);
  if (found === undefined) return done();
  const { column, direct } = found;
  const declared = element === "open" ? undefined : element;
  const tensor = columnTensor(column, declared ?? columnElement(column), direct?.span ?? field.name.span, own);
  note(env.session, { kind: "reference", span: direct?.span ?? field.name.span, name: column.name, doc: column.doc });
  const value = transformed(field, found, tensor, own);
  if (value === undefined) return done();
  const type = fieldType(field, declared, value, column, own);
  if (type === undefined) return done();
  note(env.session, { kind: "shape", span: field.name.span, inputs: [], output: type });
  if (env.model.broken) return done();
  const { nodes } = own.model;
  const columnType = { ...column.type, shape: [batchSize, ...column.type.shape] };
  return { name: field.name.text, role, type, column: column.name, columnType, nodes, span: field.name.span };
}

interface Found {
  readonly column: SourceColumn;
  /** The name of the column in the transform; missing where the field itself is named like the column. */
  readonly direct?: { readonly span: Span };
}

/** A name right of `=` is a column if the source has one; otherwise the column is named like the field. */
function columnOf(field: Field, columns: readonly SourceColumn[], env: Env): Found | undefined {
  const names = new Set<string>();
  if (field.transform !== undefined) namesIn(field.transform, names);
  const mentioned = columns.filter((column) => names.has(column.name));
  const [first, second] = mentioned;
  const span = field.transform?.span ?? field.name.span;
  if (second !== undefined) {
    report(env, {
      code: "NN009",
      span,
      what: `the field '${field.name.text}'`,
      expected: "one column",
      actual: `'${mentioned.map((column) => column.name).join("' and '")}'`,
    });
    return undefined;
  }
  if (first !== undefined) {
    if (findFunction(first.name) !== undefined || findLayer(first.name) !== undefined) {
      report(env, { code: "NN004", span, name: first.name, first: span, what: "a column and a function" });
      return undefined;
    }
    return { column: first, direct: { span } };
  }
  const own = columns.find((column) => column.name === field.name.text);
  if (own !== undefined) return { column: own };
  const candidates = columns.map((column) => column.name);
  const stranger = strangerIn(field.transform, env);
  const wanted = stranger?.name ?? field.name.text;
  const place = stranger?.span ?? field.name.span;
  const near = suggest(env.session, wanted, place, candidates, candidates);
  // The name of the field itself may be meant as it is: then the transform lacks the column.
  const words = stranger === undefined ? { nearest: candidates.slice(0, 12) } : near;
  report(env, { code: "NN005", span: place, what: "column", name: wanted, where: "the source", ...words });
  return undefined;
}

/** The first name of a transform that means nothing: a column misspelt. */
function strangerIn(transform: Expr | undefined, env: Env): Extract<Expr, { kind: "name" }> | undefined {
  const strangers: Extract<Expr, { kind: "name" }>[] = [];
  if (transform !== undefined)
    visit(transform, (at) => {
      if (at.kind !== "name" || env.file.names.has(at.name)) return;
      if (findFunction(at.name) === undefined && findLayer(at.name) === undefined) strangers.push(at);
    });
  return strangers.sort((a, b) => a.span.start - b.span.start)[0];
}

const columnElement = (column: SourceColumn): Element =>
  column.classes === undefined ? { kind: "f32" } : { kind: "class", count: column.classes };

/** The column as it enters: bytes and whole numbers become real numbers where the field holds such. */
function columnTensor(column: SourceColumn, element: Element, span: Span, env: Env): Tensor {
  const type: TensorType = { dtype: dtypeOf(element), shape: [batchSize, ...innerShape(column.type)] };
  return addNode(env.model, type, span, { kind: "input", name: column.name }, element);
}

function transformed(field: Field, found: Found, tensor: Tensor, env: Env): Tensor | undefined {
  const { transform } = field;
  if (transform === undefined) return tensor;
  let value: Value;
  if (found.direct === undefined)
    value = applied(evaluate(transform, { ...env, current: tensor }), transform.span, { ...env, current: tensor });
  else {
    declare(env, { text: found.column.name, span: found.direct.span }, "a column", tensor);
    value = evaluate(transform, env);
  }
  const what = `the field '${field.name.text}'`;
  if (value.kind === "unknown") {
    env.model.broken = true;
    return undefined;
  }
  if (value.kind !== "tensor") {
    report(env, {
      code: "NN009",
      span: transform.span,
      what,
      expected: "a column or a transform of it",
      actual: kindText(value),
    });
    return undefined;
  }
  if (env.model.weights.size > 0) {
    report(env, {
      code: "NN009",
      span: transform.span,
      what,
      expected: "a transform without weights",
      actual: exprText(transform),
    });
    return undefined;
  }
  return value;
}

/** The declared type, against what the column and its transform give. */
function fieldType(
  field: Field,
  declared: Element | undefined,
  value: Tensor,
  column: SourceColumn,
  env: Env,
): LangType | undefined {
  const shape = innerShape(value.type);
  const whole = { element: declared ?? value.element, shape, batched: true };
  if (field.type === undefined) return whole;
  const what = `the field '${field.name.text}'`;
  const span = field.type.span;
  if (declared !== undefined && !sameElement(declared, value.element)) {
    report(env, { code: "NN117", span, what, expected: elementText(declared), actual: elementText(value.element) });
    return undefined;
  }
  if (declared !== undefined && "count" in declared && !countFits(declared.count, column, what, span, env))
    return undefined;
  const entries = field.type.shape ?? [];
  if (entries.length !== shape.length) {
    if (shape.length === 0 && declared?.kind === "f32" && isRowOfOne(entries)) return rowOfOne(value, span, env);
    const expected =
      entries.length === 0 ? "a single number" : `[${entries.map((entry) => exprText(entry)).join(", ")}]`;
    const { classes } = column;
    // One-hot rows are made of indices by the loss.
    const fix = classes === undefined || entries.length !== 1 ? {} : { fix: write(span, `class(${classes})`, false) };
    report(env, { code: "NN101", span, what, expected, actual: tensorText(value.type), axes: shape.length, ...fix });
    return undefined;
  }
  for (const [i, entry] of entries.entries())
    if (!entryFits(entry, shape[i] ?? 1, i + 1, what, column, env)) return undefined;
  return whole;
}

const isRowOfOne = ([entry, ...more]: readonly Expr[]): boolean =>
  entry?.kind === "number" && entry.value === 1 && more.length === 0;

/** `f32[1]` of a column of single numbers, as the output of `Dense(1)` is. */
function rowOfOne(value: Tensor, span: Span, env: Env): LangType {
  const type = { dtype: value.type.dtype, shape: [...value.type.shape, 1] };
  const call = { kind: "call" as const, op: "Reshape", path: "reshape", args: [value.id], weights: [] };
  addNode(env.model, type, span, { ...call, options: { target_shape: [1] }, text: "[1]" }, value.element);
  return { element: value.element, shape: [1], batched: true };
}

function countFits(count: Size, column: SourceColumn, what: string, span: Span, env: Env): boolean {
  if (column.classes === undefined || typeof count !== "number" || count >= column.classes) return true;
  report(env, { code: "NN115", span, what, count, largest: column.classes - 1, source: `the column '${column.name}'` });
  return false;
}

function entryFits(entry: Expr, actual: Size, axis: number, what: string, column: SourceColumn, env: Env): boolean {
  if (entry.kind === "placeholder") return true;
  const wanted = sizeOf(entry, env, "the size of an axis");
  if (wanted === undefined || wanted === "open") return false;
  if (sameSize(wanted, actual)) return true;
  const why = `the column '${column.name}' has it`;
  report(env, {
    code: "NN102",
    span: entry.span,
    what,
    axis,
    expected: sizeText(actual),
    actual: sizeText(wanted),
    why,
  });
  return false;
}
