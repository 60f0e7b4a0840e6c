// The clause `buckets [10, 20]`: lengths of rows for which a training has a step of its own. It concerns the rows of tokens that
// the model reads, with targets of the same length, or the fields that a record names.

import type { Span } from "../../base/span.ts";
import type { BucketFault } from "../../diagnostics/catalogue/buckets.ts";
import { quoted } from "../../diagnostics/catalogue/phrases.ts";
import { findOperator } from "../../ops/registry.ts";
import type { Clause, Expr } from "../../syntax/ast.ts";
import { callOf, withOption } from "../advice/network.ts";
import { evaluate } from "../evaluate/index.ts";
import type { Bucket, DataField } from "../model.ts";
import { report } from "../say/report.ts";
import { suggest } from "../say/suggest.ts";
import { dependentsOf } from "../say/trace.ts";
import { exprText, typeText } from "../say/words.ts";
import { mostBuckets } from "../state/budget.ts";
import type { Env, Value } from "../state/environment.ts";
import { allOf, broken, isUnresolved, known, type Resolved, type Unresolved } from "../state/resolved.ts";
import { shown } from "../state/values.ts";
import { type Asked, bucketOf, type Length } from "./bucketStep.ts";
import type { Pairing } from "./pairing.ts";

/** A field with its steps, and the lengths that it gets. */
interface Shortened {
  readonly field: DataField;
  readonly lengths: readonly { readonly steps: number; readonly span: Span }[];
}

/** Returns the shorter forms of a training, the shortest first; none without the clause. */
export function readBuckets(clause: Clause | undefined, asked: Asked, pairing: Pairing): Resolved<readonly Bucket[]> {
  if (clause === undefined) return known([]);
  const shortened = shortenedBy(clause, pairing);
  if (isUnresolved(shortened)) return shortened;
  const [first] = shortened.value;
  const count = first?.lengths.length ?? 0;
  if (count > mostBuckets)
    return report(pairing.env, {
      ...{ code: "NN501", span: clause.span, reason: "limit", what: "buckets", most: mostBuckets },
    });
  const buckets: Bucket[] = [];
  for (let i = 0; i < count; i++) {
    const lengths = shortened.value.flatMap(({ field, lengths: all }): readonly Length[] => {
      const length = all[i];
      return length === undefined || length.steps === stepsOf(field) ? [] : [{ field, ...length }];
    });
    // The full length has the training's own step.
    if (lengths.length === 0) continue;
    const bucket = bucketOf(lengths, asked, pairing);
    if (isUnresolved(bucket)) return bucket;
    buckets.push(bucket.value);
  }
  if (buckets.length > 0) adviseMasks(clause, shortened.value, pairing);
  return known(buckets);
}

/** Reports NN219 for the first field that is shorter in training alone, where the model masks none of its steps. */
function adviseMasks(clause: Clause, shortened: readonly Shortened[], { entry, env }: Pairing): void {
  const { model, work } = entry;
  for (const { field } of shortened) {
    const input = model.inputs.find(({ name }) => name === field.name);
    if (input === undefined) continue;
    const readers = dependentsOf(work, input.value, model.nodes.length - 1);
    const own = model.nodes.filter(({ id }) => readers.has(id));
    if (own.some(({ type }) => type.dtype === "bool")) continue;
    const fields = { model: model.name, input: field.name, declared: field.span };
    const embedding = own.map(callOf).find((call) => call?.options.mask_zero === false);
    const fix = embedding === undefined ? undefined : withOption(embedding, "mask_zero: true", false);
    report(env, { code: "NN219", span: clause.keyword.span, ...fields, ...(fix === undefined ? {} : { fix }) });
    return;
  }
}

const stepsOf = ({ type }: DataField): number => (typeof type.shape[0] === "number" ? type.shape[0] : 0);

function shortenedBy(clause: Clause, pairing: Pairing): Resolved<readonly Shortened[]> {
  const exprs = clause.groups.flat();
  const [only] = exprs;
  const { span, text } = clause.keyword;
  if (only === undefined) return report(pairing.env, { code: "NN010", span, owner: quoted(text), missing: "value" });
  return only.kind === "record" && exprs.length === 1 ? namedFields(only, pairing) : rowsOfTokens(exprs, span, pairing);
}

const fail = (env: Env, span: Span, fault: BucketFault, declared?: Span): Unresolved =>
  report(env, { code: "NN217", span, fault, ...(declared === undefined ? {} : { declared }) });

/** The same lengths for the rows of tokens that the model reads, and for targets and weights of as many steps. */
function rowsOfTokens(exprs: readonly Expr[], span: Span, pairing: Pairing): Resolved<readonly Shortened[]> {
  const { dataset, entry, env } = pairing;
  const read = new Set(entry.model.inputs.map(({ name }) => name));
  const inputs = dataset.fields.filter(({ name, role }) => role === "input" && read.has(name));
  const rows = inputs.filter(({ type }) => type.element.kind === "token" && type.shape.length > 0);
  const [first] = rows;
  if (first === undefined) {
    const example = inputs.find(({ type }) => type.shape.length > 1) ?? inputs[0];
    return fail(env, span, { kind: "tokenless", model: entry.model.name, example: example?.name ?? "name" });
  }
  const other = rows.find((field) => stepsOf(field) !== stepsOf(first));
  if (other !== undefined) {
    const fields = [first, other].map((field) => ({ name: field.name, steps: stepsOf(field) }));
    return fail(env, span, { kind: "lengths", fields }, other.span);
  }
  const judged = dataset.fields.filter((field) => field.role !== "input" && stepsOf(field) === stepsOf(first));
  const lengths = lengthsIn(exprs, stepsOf(first), env);
  if (isUnresolved(lengths)) return lengths;
  return allOf([...rows, ...judged].map((field) => ready(field, lengths.value, span, env)));
}

/** The lengths of each field that a record names. */
function namedFields(
  record: Extract<Expr, { kind: "record" }>,
  { dataset, env }: Pairing,
): Resolved<readonly Shortened[]> {
  if (record.entries.length === 0)
    return report(env, { code: "NN010", span: record.span, owner: quoted("buckets"), missing: "value" });
  const seen = new Map<string, Span>();
  const names = dataset.fields.map(({ name }) => name);
  const fields = record.entries.map(({ name: { text: name, span }, value }): Resolved<Shortened> => {
    const first = seen.get(name);
    if (first !== undefined) return report(env, { code: "NN004", span, name, first, what: "entry" });
    seen.set(name, span);
    const drawn = dataset.noise.find((one) => one.name === name);
    if (drawn !== undefined) return fail(env, span, { kind: "drawn", field: name }, drawn.span);
    const field = dataset.fields.find((one) => one.name === name);
    if (field === undefined) {
      const where = { kind: "dataset", name: dataset.name } as const;
      return report(env, {
        ...{ code: "NN005", span, name, what: "field", where },
        ...suggest(env.session, name, span, names, names),
      });
    }
    const { shape } = field.type;
    if (shape.length === 0 || (shape.length === 1 && stepsOf(field) === 1))
      return fail(env, span, { kind: "flat", field: name, type: typeText(field.type) }, field.span);
    const lengths = lengthsIn([value], stepsOf(field), env);
    return isUnresolved(lengths) ? lengths : ready(field, lengths.value, span, env);
  });
  const all = allOf(fields);
  if (isUnresolved(all)) return all;
  const [first] = all.value;
  const other = all.value.find(({ lengths }) => lengths.length !== first?.lengths.length);
  if (first === undefined || other === undefined) return all;
  const counts = [first, other].map(({ field, lengths }) => ({ name: field.name, count: lengths.length }));
  return fail(env, record.span, { kind: "counts", fields: counts });
}

/** Returns the field if its steps are those of its columns. */
function ready(field: DataField, lengths: Shortened["lengths"], span: Span, env: Env): Resolved<Shortened> {
  const steps = stepsOf(field);
  const stepwise = field.nodes.every(
    (node) =>
      node.kind === "input" ||
      node.kind === "number" ||
      (node.kind === "call" && findOperator(node.op)?.elementwise === true),
  );
  if (stepwise && field.columns.every(({ type }) => type.shape[1] === steps)) return known({ field, lengths });
  return fail(env, span, { kind: "computed", field: field.name }, field.span);
}

/** Reads lengths, each longer than the one before, of up to `most` steps. */
function lengthsIn(exprs: readonly Expr[], most: number, env: Env): Resolved<Shortened["lengths"]> {
  const lengths: { readonly steps: number; readonly span: Span }[] = [];
  let least = 1;
  const what = quoted("buckets");
  for (const { value, span, expr } of exprs.flatMap((one) => itemsOf(one, env))) {
    if (isUnresolved(value)) return value;
    if (value.kind !== "int" || typeof value.size !== "number")
      return report(env, { code: "NN009", span, what, expected: "bucketLengths", actual: shown(value) });
    if (value.size < least || value.size > most) {
      const actual = { kind: "code", text: exprText(expr) } as const;
      const range = { kind: "between", low: { value: least }, high: { value: most } } as const;
      return report(env, { code: "NN007", span, what, is: { actual, range } });
    }
    lengths.push({ steps: value.size, span });
    least = value.size + 1;
  }
  const [first] = exprs;
  if (lengths.length > 0) return known(lengths);
  return first === undefined
    ? broken
    : report(env, { code: "NN010", span: first.span, owner: quoted("buckets"), missing: "value" });
}

interface Item {
  readonly value: Value;
  readonly span: Span;
  readonly expr: Expr;
}

/** Returns the values of a list with their places, or one value. */
function itemsOf(expr: Expr, env: Env): readonly Item[] {
  if (expr.kind === "list") return expr.items.flatMap((item) => itemsOf(item, env));
  const value = evaluate(expr, env);
  return value.kind === "list"
    ? value.items.map((item) => ({ value: item, span: expr.span, expr }))
    : [{ value, span: expr.span, expr }];
}
