// Checks how much samples count in a training: a field of weights, or a number for each class.

import { write } from "../../diagnostics/catalogue/fixes.ts";
import { quoted } from "../../diagnostics/catalogue/phrases.ts";
import type { Fix } from "../../diagnostics/diagnostic.ts";
import type { Size } from "../../ir/size.ts";
import { sameShape } from "../../ir/types.ts";
import type { Clause, Expr } from "../../syntax/ast.ts";
import { evaluate, numberIn } from "../evaluate/index.ts";
import type { DataField, Weighting } from "../model.ts";
import { report } from "../say/report.ts";
import { elementShown, exprText, shapeText } from "../say/words.ts";
import { mostClassWeights } from "../state/budget.ts";
import { broken, isUnresolved, known, type Resolved } from "../state/resolved.ts";
import { shown } from "../state/values.ts";
import { type Judged, type Pairing, pairOf } from "./pairing.ts";

/** Returns what weighs the samples, if anything does. */
export function readWeighting(clause: Clause | undefined, pairing: Pairing): Resolved<Weighting | undefined> {
  const { dataset, entry, env } = pairing;
  const [field, second] = dataset.fields.filter(({ role }) => role === "weight");
  if (second !== undefined) {
    const actual = { kind: "quoted", text: second.name } as const;
    const expected = { kind: "values", count: 1 } as const;
    return report(env, { code: "NN009", span: second.span, what: quoted("weight"), expected, actual });
  }
  if (clause === undefined) return field === undefined ? known(undefined) : fieldWeights(field, pairing);
  if (field !== undefined) {
    const reason = { kind: "excluded", by: "weight", first: field.span } as const;
    const owner = { kind: "training", name: entry.model.name } as const;
    const { span, text: option } = clause.keyword;
    return report(env, { code: "NN003", span, owner, option, word: "clause", reason });
  }
  return classWeights(clause, pairing);
}

function fieldWeights(field: DataField, { dataset, env }: Pairing): Resolved<Weighting> {
  const what = { kind: "field", name: field.name } as const;
  const { element, shape } = field.type;
  if (element.kind !== "f32")
    return report(env, { code: "NN117", span: field.span, what, expected: "f32", actual: elementShown(element) });
  // One number for each sample, or for each of its steps.
  const targets = dataset.fields.filter(({ role }) => role === "target");
  const fits = ({ type }: DataField): boolean =>
    isPrefix(shape.length, type) && sameShape(shape, type.shape.slice(0, shape.length));
  if (shape.length === 0 || targets.every(fits)) return known({ kind: "field", field: field.name });
  const [expected, actual] = [shapeText([]), shapeText(shape)];
  return report(env, { code: "NN102", span: field.span, what, expected, actual, trace: [] });
}

/** Whether a loss leaves so many axes of a target: of rows it takes the last one away. */
const isPrefix = (axes: number, { element, shape }: DataField["type"]): boolean =>
  axes <= shape.length - (element.kind === "class" || element.kind === "token" ? 0 : 1);

/** Returns how many classes a target holds: indices, or a row of numbers with one for each class. */
function classesIn({ type: { element, shape } }: DataField): Size | undefined {
  if (element.kind === "class") return element.count;
  const [count, more] = shape;
  return element.kind === "f32" && more === undefined && typeof count === "number" && count > 1 ? count : undefined;
}

/** Returns the only output whose target holds classes. */
function classPair(clause: Clause, pairing: Pairing): Resolved<Judged & { readonly count: number }> {
  const { dataset, entry, env } = pairing;
  const { span } = clause.keyword;
  const targets = dataset.fields.filter(({ role }) => role === "target");
  const indices = targets.filter(({ type }) => type.element.kind === "class");
  const found = indices.length > 0 ? indices : targets.filter((target) => classesIn(target) !== undefined);
  const [target, another] = found;
  if (target === undefined || another !== undefined) {
    const actual = { kind: "count", count: found.length } as const;
    return report(env, { code: "NN009", span, what: quoted("class_weight"), expected: "oneClassTarget", actual });
  }
  const { outputs } = entry.model;
  const output = outputs.find(({ name }) => name === target.name) ?? outputs[0];
  const count = classesIn(target);
  if (output === undefined || typeof count !== "number") return broken;
  if (count > mostClassWeights)
    return report(env, { code: "NN501", span, reason: "limit", what: "classWeights", most: mostClassWeights });
  const judged = pairOf(output, span, pairing);
  return isUnresolved(judged) ? judged : known({ ...judged.value, count });
}

/** A list of weights has them in the order of the classes. */
function listed(list: Expr, more: Expr | undefined): { readonly fix?: Fix } {
  if (list.kind !== "list" || more !== undefined || list.items.length === 0) return {};
  const entries = list.items.map((item, i) => `${i}: ${exprText(item)}`);
  return entries.some((entry) => entry.includes("…"))
    ? {}
    : { fix: write(list.span, `{ ${entries.join(", ")} }`, true) };
}

function classWeights(clause: Clause, pairing: Pairing): Resolved<Weighting> {
  const { env } = pairing;
  const [record, more] = clause.groups.flat();
  const { span } = clause.keyword;
  const what = quoted("class_weight");
  if (record === undefined) return report(env, { code: "NN010", span, owner: what, missing: "value" });
  if (record.kind !== "record" || more !== undefined) {
    const actual = { kind: "code", text: exprText(more ?? record) } as const;
    return report(env, {
      code: "NN009",
      span: record.span,
      what,
      expected: "classWeights",
      actual,
      ...listed(record, more),
    });
  }
  const judged = classPair(clause, pairing);
  if (isUnresolved(judged)) return judged;
  const { count, output, target } = judged.value;
  const weights = Array.from({ length: count }, () => 1);
  const seen = new Set<number>();
  for (const { name, value } of record.entries) {
    const index = Number(name.text);
    if (Number.isNaN(index)) {
      const actual = { kind: "code", text: exprText(record) } as const;
      return report(env, { code: "NN009", span: name.span, what, expected: "classWeights", actual });
    }
    if (!Number.isInteger(index) || index < 0 || index >= count || seen.has(index)) {
      if (seen.has(index))
        return report(env, { code: "NN004", span: name.span, name: name.text, first: record.span, what: "entry" });
      const actual = { kind: "code", text: name.text } as const;
      const range = { kind: "between", low: { value: 0 }, high: { value: count - 1 } } as const;
      return report(env, { code: "NN007", span: name.span, what, is: { actual, range } });
    }
    seen.add(index);
    const read = evaluate(value, env);
    if (isUnresolved(read)) return read;
    const number = numberIn(read);
    if (number === undefined || number < 0)
      return report(env, { code: "NN009", span: value.span, what, expected: "positiveNumber", actual: shown(read) });
    weights[index] = number;
  }
  return known({ kind: "classes", output: output.name, target: target.name, weights });
}
