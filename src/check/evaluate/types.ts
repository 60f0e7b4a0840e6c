// Types as written, `f32[h, w, c]` or `class(10)`: elements and the entries of shapes, in a scope where the names of
// dimensions are known, or where incoming sizes bind them.

import type { Span } from "../../base/span.ts";
import { write } from "../../diagnostics/catalogue/fixes.ts";
import { atLeast, code, type Subject } from "../../diagnostics/catalogue/phrases.ts";
import { batchSize, type Size } from "../../ir/size.ts";
import type { TensorType } from "../../ir/types.ts";
import type { Expr, TypeExpr } from "../../syntax/ast.ts";
import { dtypeOf, type Element, type LangType } from "../model.ts";
import { report, unread } from "../say/report.ts";
import { suggest } from "../say/suggest.ts";
import { exprText } from "../say/words.ts";
import { largest } from "../state/budget.ts";
import type { Env } from "../state/environment.ts";
import { allOf, broken, isUnresolved, known, type Resolved, unresolvedOf } from "../state/resolved.ts";
import { find } from "../state/scope.ts";
import { optionKinds, type ParameterKind, shown } from "../state/values.ts";
import { wholeFix } from "./arithmetic.ts";
import { evaluate } from "./evaluate.ts";
import { beyondLimits } from "./limits.ts";

const elements = ["f32", "i32", "bool", "class", "token"];
/** Names for the same types in other languages. */
const foreign: ReadonlyMap<string, string> = new Map([
  ["float32", "f32"],
  ["f64", "f32"],
  ["float64", "f32"],
  ["double", "f32"],
  ["int32", "i32"],
  ["i64", "i32"],
  ["int64", "i32"],
  ["boolean", "bool"],
  ["float", "f32"],
  ["float16", "f32"],
  ["bfloat16", "f32"],
  ["Tensor", "f32"],
  ["FloatTensor", "f32"],
  ["LongTensor", "i32"],
]);

/** Whether a parameter of this type is a tensor, and so an input; otherwise it is an option. */
export function isTensorType(type: TypeExpr | undefined): boolean {
  if (type === undefined) return false;
  if (type.shape !== undefined || type.argument !== undefined) return true;
  const { text } = type.element;
  return text !== "bool" && !optionKinds.some((kind) => kind === text);
}

/** Returns the kind of an option; reports NN002 for a word that is none. */
export function parameterKind(type: TypeExpr | undefined): ParameterKind {
  const word = type?.element.text;
  return optionKinds.find((kind) => kind === word) ?? "any";
}

/** Returns the element of a type; unknown if its count is. */
export function resolveElement(type: TypeExpr, env: Env): Resolved<Element> {
  const { text, span } = type.element;
  if (text === "f32" || text === "i32" || text === "bool") {
    if (type.argument === undefined) return known({ kind: text });
    return report(env, {
      code: "NN009",
      span: type.argument.span,
      what: code(text),
      expected: "noCount",
      actual: "counted",
    });
  }
  if (text === "class" || text === "token") {
    if (type.argument === undefined) {
      const [count, more] = type.shape ?? [];
      // `class[10]` has its count in the brackets of a shape.
      const fix =
        count === undefined || more !== undefined ? {} : { fix: write(type.span, `${text}(${exprText(count)})`, true) };
      return report(env, { code: "NN010", span, owner: code(text), missing: { kind: "classes", of: text }, ...fix });
    }
    const count = sizeOf(type.argument, env, { kind: "classes", of: text });
    return isUnresolved(count) ? count : known({ kind: text, count: count.value });
  }
  if (text === "") return unread(env, span);
  const usual = foreign.get(text);
  const near =
    usual === undefined
      ? suggest(env.session, text, span, elements, elements)
      : { nearest: [usual], fix: write(span, usual, true) };
  return report(env, { code: "NN002", span, what: "type", name: text, ...near });
}

/** Returns a size, which must be at least 1. */
export function sizeOf(expr: Expr, env: Env, what: Subject): Resolved<Size> {
  const value = evaluate(expr, env);
  if (isUnresolved(value)) return value;
  if (value.kind !== "int")
    return report(env, {
      code: "NN009",
      span: expr.span,
      what,
      expected: "integer",
      actual: shown(value),
      ...wholeFix(expr, value),
    });
  if (typeof value.size === "number" && (value.size < 1 || value.size > largest))
    return report(env, {
      code: "NN007",
      span: expr.span,
      what,
      is: { actual: { kind: "count", count: value.size }, range: atLeast(1) },
    });
  return known(value.size);
}

/** Returns a type with all its sizes: that of a `param` or a field. */
export function resolveType(type: TypeExpr, env: Env): Resolved<LangType> {
  const element = resolveElement(type, env);
  const sizes = (type.shape ?? []).map((entry) =>
    entry.kind === "placeholder"
      ? report(env, { code: "NN010", span: entry.span, owner: "openAxis", missing: "size" })
      : sizeOf(entry, env, "axis"),
  );
  const shape = wholeShape(allOf(sizes), type.span, env);
  if (isUnresolved(element) || isUnresolved(shape)) return unresolvedOf([element, shape]) ?? broken;
  return known({ element: element.value, shape: shape.value, batched: false });
}

/** Reports NN501 for a shape that is too large. */
export function wholeShape(shape: Resolved<readonly Size[]>, span: Span, env: Env): Resolved<readonly Size[]> {
  return isUnresolved(shape) ? shape : (beyondLimits(env, shape.value, span) ?? shape);
}

/** Returns the type in graphs, with the batch axis if there is one. */
export const tensorTypeOf = (type: LangType): TensorType => ({
  dtype: dtypeOf(type.element),
  shape: type.batched ? [batchSize, ...type.shape] : type.shape,
});

/** Whether a name in a shape has no definition in sight, and so names a dimension. */
export function isDimension(entry: Expr, env: Env): entry is Extract<Expr, { kind: "name" }> {
  return (
    entry.kind === "name" &&
    find(env.scope, entry.name) === undefined &&
    env.file.names.get(entry.name)?.kind !== "const"
  );
}
