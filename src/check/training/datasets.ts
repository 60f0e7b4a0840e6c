// Checks data sets: the source and its columns, fields with their types and transforms, the split.

import type { Span } from "../../base/span.ts";
import type { Departure } from "../../diagnostics/catalogue/departures.ts";
import { write } from "../../diagnostics/catalogue/fixes.ts";
import { type Subject, written } from "../../diagnostics/catalogue/phrases.ts";
import type { Fix } from "../../diagnostics/diagnostic.ts";
import type { ValueId } from "../../ir/graph.ts";
import { batchSize, type Size, sameSize } from "../../ir/size.ts";
import type { TensorType } from "../../ir/types.ts";
import type { DeclaredType, Encoding, SourceColumn } from "../../ops/definition.ts";
import { classEncoder, findAdaptation, findFunction, findLayer, findSource } from "../../ops/registry.ts";
import { restName } from "../../ops/source.ts";
import type { Clause, Dataset, Expr, Field } from "../../syntax/ast.ts";
import { applied, applyLayer, declare, evaluate, resolveElement, sameElement, sizeOf } from "../evaluate/index.ts";
import {
  argumentsOf,
  type CheckedDataset,
  type DataField,
  dtypeOf,
  type Element,
  type LangType,
  type ModelNode,
  type NoiseField,
  type Use,
  withArguments,
} from "../model.ts";
import { constantEnv } from "../program/constants.ts";
import { namesIn } from "../program/walk.ts";
import { isPlanned, isPlannedClause } from "../say/planned.ts";
import { report } from "../say/report.ts";
import { suggest, suggestHabit, unsure } from "../say/suggest.ts";
import { elementShown, elementText, exprText, innerShape, shapeWanted, sizeText, tensorText } from "../say/words.ts";
import { addNode, newModel, snakeCase } from "../state/building.ts";
import type { Env, FieldUnderWay, FileScope, Session, Value } from "../state/environment.ts";
import { note } from "../state/facts.ts";
import { allOf, broken, isUnresolved, known, type Resolved, type Unresolved, valueIn } from "../state/resolved.ts";
import { emptyScope } from "../state/scope.ts";
import type { Tensor } from "../state/tensor.ts";
import { shown } from "../state/values.ts";
import {
  assumed,
  type Columns,
  columnsOf,
  declaredType,
  namedColumns,
  openRest,
  restOf,
  strangersIn,
  withWholeNumbers,
} from "./columns.ts";
import { checkDivision } from "./division.ts";
import { checkMixing } from "./mixing.ts";
import { checkNoise, noiseIn } from "./noise.ts";
import { checkDivisors, checkRanges } from "./ranges.ts";
import { defaultSplit, readSplit, splitColumn } from "./split.ts";
import { readUse } from "./uses.ts";

/** The clauses of a data set, for suggestions. */
const datasetClauses = ["source", "input", "target", "weight", "split"];

/** Returns a checked data set; broken if it has errors. */
export function checkDataset(session: Session, file: FileScope, declared: Dataset): Resolved<CheckedDataset> {
  const env: Env = { ...constantEnv(session, file), model: newModel() };
  const owner: Subject = { kind: "dataset", name: declared.name.text };
  const source = readSource(declared, env, owner);
  const use = valueIn(source);
  const columns = use === undefined ? undefined : valueIn(sourceColumns(declared, use, env));
  const split = splitOf(declared, use, columns, env, owner);
  const read = fieldsOf(declared, columns, env);
  if (!declared.clauses.some((clause) => clause.kind === "field" && clause.role === "input"))
    report(env, { code: "NN010", span: declared.name.span, owner, missing: { kind: "clause", name: "input" } });
  if (isUnresolved(source) || isUnresolved(read) || isUnresolved(split) || env.model.errors.length > 0) return broken;
  const raw = findSource(source.value.name)?.rawColumn;
  for (const field of read.value.fields) {
    checkRanges(field, raw, env);
    checkDivisors(field.nodes, (node) => node.kind === "input" && node.name === raw, env);
  }
  checkMixing(read.value.fields, env);
  const { text: name, span } = declared.name;
  const dataset = { name, span, source: source.value, ...read.value, split: split.value };
  checkDivision(dataset, declared, env);
  return known(dataset);
}

function readSource(declared: Dataset, env: Env, owner: Subject): Resolved<Use> {
  const sources = declared.clauses.filter((clause) => clause.kind === "source");
  const [first, second] = sources;
  if (first === undefined) {
    return report(env, { code: "NN010", span: declared.name.span, owner, missing: { kind: "clause", name: "source" } });
  }
  if (second !== undefined) repeatedClause(env, owner, second, first.keyword.span);
  return readUse("source", first.value, env, "source");
}

/** Returns the `split` clause; reports NN003 for a second one, and for clauses that no data set has. */
function splitOf(
  declared: Dataset,
  source: Use | undefined,
  columns: Columns | undefined,
  env: Env,
  owner: Subject,
): Resolved<CheckedDataset["split"]> {
  const clauses = declared.clauses.filter((clause) => clause.kind === "clause");
  for (const clause of clauses) if (clause.keyword.text !== "split") unknownClause(env, owner, clause);
  const [first, ...more] = clauses.filter((clause) => clause.keyword.text === "split");
  if (first === undefined) return known(defaultSplit);
  for (const clause of more) repeatedClause(env, owner, clause, first.keyword.span);
  const def = source === undefined ? undefined : findSource(source.name);
  const tested = source !== undefined && def?.hasTestPart(source.options) === true;
  const split = readSplit(first, env, columns, tested ? source.name : undefined);
  // Rows that follow each other would be in the training part and beside it, too.
  const inOrder = source !== undefined && (def?.contiguous === true || def?.window?.(source.options) !== undefined);
  if (!inOrder || isUnresolved(split)) return split;
  if (split.value.column === undefined) return known({ ...split.value, order: "order" });
  const fact = { kind: "inARow", source: source.name } as const;
  return report(env, { code: "NN007", span: first.span, what: "split", is: { fact } });
}

type Fields = Pick<CheckedDataset, "fields" | "noise">;

/** Returns the fields, inputs and targets in the order of the text; reports NN004 for a repeated name. */
function fieldsOf(declared: Dataset, columns: Columns | undefined, env: Env): Resolved<Fields> {
  const named = new Map<string, Span>();
  const fields: Resolved<DataField>[] = [];
  const noise: Resolved<NoiseField>[] = [];
  const encodings = new Map<string, Encoding>();
  for (const clause of declared.clauses) {
    if (clause.kind !== "field") continue;
    for (const field of clause.fields) {
      const { text: name, span } = field.name;
      const first = named.get(name);
      named.set(name, span);
      const twice = first && report(env, { code: "NN004", span, name, first, what: "field" });
      const own = { ...env, model: newModel() };
      const drawn = clause.role === "input" ? noiseIn(field, columns?.columns, env) : undefined;
      if (drawn === undefined) fields.push(twice ?? checkField(field, clause.role, columns, encodings, own));
      else noise.push(twice ?? checkNoise(field, drawn, own));
    }
  }
  const [all, drawn] = [allOf(fields), allOf(noise)];
  return isUnresolved(all) || isUnresolved(drawn) ? broken : known({ fields: all.value, noise: drawn.value });
}

/** Returns the columns of the source as the fields of the data set use them, `rest` among them. */
function sourceColumns(declared: Dataset, source: Use, env: Env): Resolved<Columns> {
  const read = columnsOf(source, env);
  if (isUnresolved(read)) return read;
  const fields = declared.clauses.flatMap((clause) => (clause.kind === "field" ? clause.fields : []));
  const columns = withWholeNumbers(read.value, fields);
  const clause = declared.clauses.find((one) => one.kind === "clause" && one.keyword.text === "split");
  const divides = clause?.kind === "clause" ? splitColumn(clause) : undefined;
  const others = new Set([...namedColumns(fields, columns, env), ...(divides === undefined ? [] : [divides])]);
  const rest = columns.rest ? restOf(columns, others) : undefined;
  return known({
    ...columns,
    otherNames: [...others],
    columns: rest === undefined ? columns.columns : [...columns.columns, rest],
  });
}

interface ClauseWord {
  readonly keyword: Clause["keyword"];
}

export function unknownClause(
  env: Env,
  owner: Subject,
  clause: ClauseWord,
  known: readonly string[] = datasetClauses,
  moved: (departure: Departure | undefined) => Fix | undefined = () => undefined,
  others: readonly ClauseWord[] = [],
): void {
  const { text: option, span } = clause.keyword;
  const meant = suggestHabit(env.session, "clause", option, span, known, known);
  // A clause that is there already would be there twice.
  const isThere = others.some(({ keyword }) => keyword.text === meant.nearest[0]);
  const suggestion = isThere ? unsure(meant) : meant;
  const fix = moved(suggestion.departure);
  const reason = isPlannedClause(option)
    ? { kind: "planned" as const, known }
    : { kind: "unknown" as const, ...suggestion, ...(fix === undefined ? {} : { fix }) };
  report(env, { code: "NN003", span, owner, option, word: "clause", reason });
}

export function repeatedClause(env: Env, owner: Subject, clause: ClauseWord, first: Span): void {
  const { text: option, span } = clause.keyword;
  report(env, { code: "NN003", span, owner, option, word: "clause", reason: { kind: "repeated", first } });
}

function checkField(
  field: Field,
  role: DataField["role"],
  columns: Columns | undefined,
  encodings: Map<string, Encoding>,
  env: Env,
): Resolved<DataField> {
  const element = field.type === undefined ? undefined : resolveElement(field.type, env);
  if (columns === undefined || element?.kind === "open" || element?.kind === "broken") return broken;
  const under: FieldUnderWay = {
    declared: declaredOf(field, element?.value, env),
    columns: [],
    numbers: new Map(),
    encodings,
  };
  const own: Env = { ...env, scope: emptyScope(), field: under };
  const found = columnsIn(field, columns, own);
  if (isUnresolved(found)) return found;
  const place = field.transform?.span ?? field.name.span;
  for (const { column, span } of found.value)
    note(env.session, { kind: "reference", span, name: column.name, doc: column.doc });
  const [{ column, own: ofItself }] = found.value;
  const values = found.value.map((one) => columnValue(one.column, element?.value, one.span, own));
  const [first = broken] = values;
  if (!ofItself)
    for (const [i, { column: named, span }] of found.value.entries())
      declare(own, { text: named.name, span }, "column", values[i] ?? broken);
  const value = transformed(field, first, ofItself, own);
  if (isUnresolved(value)) return value;
  const type = fieldType(field, element?.value, value, column, own);
  if (isUnresolved(type)) return type;
  note(env.session, { kind: "shape", span: field.name.span, inputs: [], output: type.value });
  const last = type.value.shape.length > value.type.shape.length - 1 ? rowOfOne(value, place, own) : known(value);
  if (isUnresolved(last)) return last;
  if (own.model.errors.length > 0) return broken;
  const { text: name, span } = field.name;
  const { nodes, id: result } = withoutIdle(own.model.nodes, last.value.id);
  const read = new Set(nodes.map((node) => (node.kind === "input" ? node.name : undefined)));
  const used = under.columns.filter((one) => read.has(one.name));
  return known({ name, role, type: type.value, columns: used, nodes, value: result, span });
}

/** Returns the nodes without columns that only an encoder has read, numbered anew, and the new number of one of them. */
function withoutIdle(
  nodes: readonly ModelNode[],
  id: ValueId,
): { readonly nodes: readonly ModelNode[]; readonly id: ValueId } {
  const used = new Set([id, ...nodes.flatMap((node) => [...argumentsOf(node)])]);
  const kept = nodes.filter((node) => node.kind !== "input" || used.has(node.id));
  const places = new Map(kept.map((node, i) => [node.id, i]));
  const moved = (from: ValueId): ValueId => places.get(from) ?? from;
  return { nodes: kept.map((node) => ({ ...withArguments(node, moved), id: moved(node.id) })), id: moved(id) };
}

/** Returns the declared type for encoders; undefined where there is none, or its sizes are open. Reports nothing. */
function declaredOf(field: Field, element: Element | undefined, env: Env): DeclaredType | undefined {
  const quiet = {
    ...env,
    session: { ...env.session, diagnostics: [], facts: [], seen: new Set<string>() },
    model: newModel(),
  };
  const sizes = (field.type?.shape ?? []).map((entry) =>
    entry.kind === "placeholder" ? undefined : valueIn(sizeOf(entry, quiet, "axis")),
  );
  return declaredType(element, sizes);
}

interface Found {
  readonly column: SourceColumn;
  readonly span: Span;
  /** Whether no transform names it: the field itself has the name of the column. */
  readonly own: boolean;
}

/** Finds the columns: the names right of `=` that the source has as columns; otherwise the field's own name. */
function columnsIn(field: Field, all: Columns, env: Env): Resolved<readonly [Found, ...Found[]]> {
  const { columns, open } = all;
  const names = new Set<string>();
  if (field.transform !== undefined) namesIn(field.transform, names);
  const span = field.transform?.span ?? field.name.span;
  const strangers = strangersIn(field.transform, env);
  const mentioned =
    open === undefined
      ? columns.filter((column) => names.has(column.name))
      : [...new Set(strangers.map(({ name }) => name))].map((name) =>
          name === restName
            ? restDeclared(field, all, env)
            : (columns.find((one) => one.name === name) ?? assumed(name, field, all, env)),
        );
  const [first, ...more] = mentioned.map((column) => ({ column, span, own: false }));
  if (first !== undefined) {
    for (const { column } of [first, ...more])
      if (findFunction(column.name) !== undefined || findLayer(column.name) !== undefined)
        return report(env, { code: "NN004", span, name: column.name, first: span, what: "columnAndFunction" });
    return known([first, ...more]);
  }
  const name = field.name.text;
  const own =
    columns.find((column) => column.name === name) ?? (open === undefined ? undefined : assumed(name, field, all, env));
  if (own !== undefined) {
    // Nothing else says of what kind the values are.
    if (open !== undefined && field.type === undefined)
      return report(env, {
        code: "NN010",
        span: field.name.span,
        owner: { kind: "field", name },
        missing: { kind: "typeOfColumn", name, file: open.file },
      });
    return known([{ column: own, span: field.name.span, own: true }]);
  }
  return unknownColumn(
    field,
    columns.map((one) => one.name),
    env,
  );
}

/** The column `rest` of a file that is not at hand has the sizes that the field declares. */
function restDeclared({ type }: Field, columns: Columns, env: Env): SourceColumn {
  const entry = type?.shape?.at(-1);
  const size = entry === undefined ? undefined : valueIn(sizeOf(entry, { ...env, scope: emptyScope() }, "axis"));
  return openRest(typeof size === "number" ? size : 1, columns.otherNames, columns);
}

function unknownColumn(field: Field, candidates: readonly string[], env: Env): Unresolved {
  const [stranger] = strangersIn(field.transform, env);
  if (stranger !== undefined && isPlanned("function", stranger.name, candidates)) {
    const { name, span: at } = stranger;
    return report(env, { code: "NN002", span: at, what: "function", name, planned: true, nearest: [] });
  }
  const wanted = stranger?.name ?? field.name.text;
  const place = stranger?.span ?? field.name.span;
  const near = suggest(env.session, wanted, place, candidates, candidates);
  // The user may mean the field's own name: then the transform lacks the column.
  const words = stranger === undefined ? { nearest: candidates.slice(0, 12) } : near;
  return report(env, { code: "NN005", span: place, what: "column", name: wanted, where: "source", ...words });
}

const columnElement = (column: SourceColumn): Element =>
  column.classes === undefined ? { kind: "f32" } : { kind: "class", count: column.classes };

/**
 * Returns a column as a value: text for an encoder, or its numbers. Bytes and whole numbers become real numbers if the field
 * holds those.
 */
function columnValue(column: SourceColumn, declared: Element | undefined, span: Span, env: Env): Value {
  if (column.text === true) return { kind: "column", column };
  const element = declared ?? columnElement(column);
  const type: TensorType = { dtype: dtypeOf(element), shape: [batchSize, ...column.type.shape] };
  const { name, parts, except } = column;
  env.field?.columns.push({
    name,
    type: { ...column.type, shape: [batchSize, ...column.type.shape] },
    from: parts ?? [name],
    ...(except === undefined ? {} : { except }),
  });
  const made = addNode(env.model, type, span, { kind: "input", name }, element);
  env.field?.numbers.set(made.id, column);
  return made;
}

/** Returns the value of the transform of `first`, the field's own column, or of the columns that it names. */
function transformed(field: Field, first: Value, ofItself: boolean, env: Env): Tensor | Unresolved {
  const { transform } = field;
  const span = transform?.span ?? field.name.span;
  const inside = ofItself ? { ...env, current: first } : env;
  let value = first;
  if (transform !== undefined) {
    value = evaluate(transform, inside);
    if (ofItself) value = applied(value, span, inside);
  }
  if (value.kind === "column" && env.field?.declared?.element === "class") value = asClasses(value, span, env);
  const what = { kind: "field", name: field.name.text } as const;
  if (isUnresolved(value)) return value;
  if (value.kind !== "tensor") {
    return report(env, {
      code: "NN009",
      span,
      what,
      expected: value.kind === "column" ? "encodedText" : "transform",
      actual: shown(value),
    });
  }
  if (env.model.weights.size > 0) {
    return report(env, {
      code: "NN009",
      span,
      what,
      expected: "weightless",
      actual: { kind: "code", text: transform === undefined ? field.name.text : exprText(transform) },
    });
  }
  return value;
}

/** A column of text in a field of classes has a class for each of its texts. */
function asClasses(column: Value, span: Span, env: Env): Value {
  const def = classEncoder();
  if (def === undefined) return broken;
  return applyLayer({ of: { kind: "encoder", def }, arguments: [], env, span, text: def.name }, column, env, span);
}

/** Checks the declared type against that of the column and its transform. */
function fieldType(
  field: Field,
  declared: Element | undefined,
  value: Tensor,
  column: SourceColumn,
  env: Env,
): Resolved<LangType> {
  const shape = innerShape(value.type);
  const whole = { element: declared ?? value.element, shape, batched: true };
  if (field.type === undefined) return known(whole);
  const what = { kind: "field", name: field.name.text } as const;
  const span = field.type.span;
  if (declared !== undefined && !sameElement(declared, value.element)) {
    return report(env, {
      code: "NN117",
      span,
      what,
      expected: written(elementText(declared)),
      actual: elementShown(value.element),
    });
  }
  const overflow = declared !== undefined && "count" in declared && tooFew(declared.count, column, what, span, env);
  if (overflow) return overflow;
  const entries = field.type.shape ?? [];
  if (entries.length !== shape.length) {
    if (shape.length === 0 && declared?.kind === "f32" && isRowOfOne(entries)) return known({ ...whole, shape: [1] });
    const expected = shapeWanted(entries);
    const { classes } = column;
    // The loss turns indices into one-hot rows.
    const type = classes === undefined ? elementText(whole.element) + bracketed(shape) : `class(${classes})`;
    const fix = classes === undefined || entries.length === 1 ? { fix: write(span, type, false) } : {};
    return report(env, {
      code: "NN101",
      span,
      what,
      expected,
      actual: tensorText(value.type),
      axes: shape.length,
      ...fix,
    });
  }
  for (const [i, entry] of entries.entries()) {
    const misfit = entryMisfit(entry, shape[i] ?? 1, i + 1, what, column, env);
    if (misfit !== undefined) return misfit;
  }
  return known(whole);
}

const bracketed = (shape: readonly Size[]): string =>
  shape.length === 0 ? "" : `[${shape.map((size) => sizeText(size)).join(", ")}]`;

const isRowOfOne = ([entry, ...more]: readonly Expr[]): boolean =>
  entry?.kind === "number" && entry.value === 1 && more.length === 0;

/** Makes rows of one number, like the output of a layer with one unit, of single numbers: whatever reads the field sees rows. */
function rowOfOne(value: Tensor, span: Span, env: Env): Resolved<Tensor> {
  const adaptation = findAdaptation([], [1], ({ parameters }) => parameters === 0);
  if (adaptation === undefined) return broken;
  const type = { dtype: value.type.dtype, shape: [...value.type.shape, 1] };
  const { def, options } = adaptation;
  const call = { kind: "call" as const, op: def.name, path: snakeCase(def.name), args: [value.id], weights: [] };
  return known(addNode(env.model, type, span, { ...call, options, text: "[1]" }, value.element));
}

/** Reports NN115 if the data holds more classes than the type counts. */
function tooFew(count: Size, column: SourceColumn, what: Subject, span: Span, env: Env): Unresolved | undefined {
  if (column.classes === undefined || typeof count !== "number" || count >= column.classes) return undefined;
  return report(env, {
    code: "NN115",
    span,
    what,
    count,
    largest: column.classes - 1,
    from: { kind: "column", name: column.name },
  });
}

function entryMisfit(
  entry: Expr,
  actual: Size,
  axis: number,
  what: Subject,
  column: SourceColumn,
  env: Env,
): Unresolved | undefined {
  if (entry.kind === "placeholder") return undefined;
  const wanted = sizeOf(entry, env, "axis");
  if (isUnresolved(wanted)) return wanted;
  if (sameSize(wanted.value, actual)) return undefined;
  return report(env, {
    code: "NN102",
    span: entry.span,
    what,
    axis,
    expected: sizeText(actual),
    actual: sizeText(wanted.value),
    // A transform may have made another size of the column's.
    ...(sameSize(column.type.shape[axis - 1] ?? 1, actual)
      ? { why: { kind: "column" as const, name: column.name, ...(column.name === restName && { of: column.parts }) } }
      : {}),
  });
}
