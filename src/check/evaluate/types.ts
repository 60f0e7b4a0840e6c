// Types as written, `f32[h, w, c]` or `class(10)`: elements and the entries of shapes, in a scope where names of
// dimensions may be known, or are to be bound by what comes in.

import { write } from "../../diagnostics/catalogue/fixes.ts";
import { batchSize, multiplySizes, type Size } from "../../ir/size.ts";
import type { TensorType } from "../../ir/types.ts";
import type { Expr, TypeExpr } from "../../syntax/ast.ts";
import { dtypeOf, type Element, type LangType } from "../model.ts";
import { suggest } from "../say/suggest.ts";
import { type Env, largest, report } from "../state/environment.ts";
import { find } from "../state/scope.ts";
import { kindText, optionKinds, type ParameterKind } from "../state/values.ts";
import { evaluate } from "./evaluate.ts";

const elements = ["f32", "i32", "bool", "class", "token"];
/** What people write elsewhere for the same thing. */
const foreign: ReadonlyMap<string, string> = new Map([
  ["float32", "f32"],
  ["f64", "f32"],
  ["float64", "f32"],
  ["double", "f32"],
  ["int32", "i32"],
  ["i64", "i32"],
  ["int64", "i32"],
  ["boolean", "bool"],
]);

/** Whether a parameter with this type is a tensor, and so an input; otherwise it is an option. */
export function isTensorType(type: TypeExpr | undefined): boolean {
  if (type === undefined) return false;
  if (type.shape !== undefined || type.argument !== undefined) return true;
  const { text } = type.element;
  return text !== "bool" && !optionKinds.some((kind) => kind === text);
}

/** The kind of an option; NN002 for a word that is none. */
export function parameterKind(type: TypeExpr | undefined): ParameterKind {
  const word = type?.element.text;
  return optionKinds.find((kind) => kind === word) ?? "any";
}

/** The element of a type; undefined where it is unknown or its count is. */
export function resolveElement(type: TypeExpr, env: Env): Element | "open" | undefined {
  const { text, span } = type.element;
  if (text === "f32" || text === "i32" || text === "bool") {
    if (type.argument === undefined) return { kind: text };
    report(env, {
      code: "NN009",
      span: type.argument.span,
      what: text,
      expected: "no count",
      actual: "one in parentheses",
    });
    return undefined;
  }
  if (text === "class" || text === "token") {
    if (type.argument === undefined) {
      report(env, { code: "NN010", span, owner: text, missing: `the number of values: ${text}(10)` });
      return undefined;
    }
    const count = sizeOf(type.argument, env, `the count of ${text}`);
    return count === undefined ? undefined : count === "open" ? "open" : { kind: text, count };
  }
  if (text === "") return undefined;
  const known = foreign.get(text);
  const near =
    known === undefined
      ? suggest(env.session, text, span, elements, elements)
      : { nearest: [known], fix: write(span, known, true) };
  report(env, { code: "NN002", span, what: "type", name: text, ...near });
  return undefined;
}

/** A size that must be at least 1; `open` where it depends on what is not known, undefined after a report. */
export function sizeOf(expr: Expr, env: Env, what: string): Size | "open" | undefined {
  const value = evaluate(expr, env);
  if (value.kind === "unknown") return env.alone ? "open" : undefined;
  if (value.kind !== "int") {
    report(env, { code: "NN009", span: expr.span, what, expected: "a whole number", actual: kindText(value) });
    return undefined;
  }
  if (typeof value.size === "number" && (value.size < 1 || value.size > largest)) {
    report(env, { code: "NN007", span: expr.span, what, is: { actual: String(value.size), range: "at least 1" } });
    return undefined;
  }
  return value.size;
}

/** A type all of whose sizes are given: of a `param`, or of a field. */
export function resolveType(type: TypeExpr, env: Env): LangType | undefined {
  const element = resolveElement(type, env);
  const shape: Size[] = [];
  let whole = element !== undefined && element !== "open";
  for (const entry of type.shape ?? []) {
    if (entry.kind === "placeholder") {
      report(env, { code: "NN010", span: entry.span, owner: "this axis", missing: "a size: nothing infers it here" });
      whole = false;
      continue;
    }
    const size = sizeOf(entry, env, "the size of an axis");
    if (size === undefined || size === "open") whole = false;
    else shape.push(size);
  }
  if (!whole || element === undefined || element === "open") return undefined;
  if (!smallEnough(shape)) {
    report(env, { code: "NN501", span: type.span, reason: "limit", what: "elements in one tensor", most: "2^53" });
    return undefined;
  }
  return { element, shape, batched: false };
}

export const smallEnough = (shape: readonly Size[]): boolean => {
  const elements = shape.filter((size) => typeof size === "number").reduce<Size>(multiplySizes, 1);
  return typeof elements === "number" && elements <= largest;
};

/** The type in graphs, with the batch axis where there is one. */
export const tensorTypeOf = (type: LangType): TensorType => ({
  dtype: dtypeOf(type.element),
  shape: type.batched ? [batchSize, ...type.shape] : type.shape,
});

/** A name in a shape that nothing in sight defines: it names a dimension. */
export function isDimension(entry: Expr, env: Env): entry is Extract<Expr, { kind: "name" }> {
  return (
    entry.kind === "name" &&
    find(env.scope, entry.name) === undefined &&
    env.file.names.get(entry.name)?.kind !== "const"
  );
}
