// Expressions, sizes, shapes and types as short text, for messages, traces and summaries. It holds no sentences: the
// catalogue has those.

import { type Actual, type Expectation, written } from "../../diagnostics/catalogue/phrases.ts";
import { BATCH, printSize, type Size } from "../../ir/size.ts";
import type { TensorType } from "../../ir/types.ts";
import type { Argument, Expr, Subscript } from "../../syntax/ast.ts";
import type { Element, LangType } from "../model.ts";

const longest = 100;
const deepest = 12;

/** Returns the expression on one line, in the formatter's style; cut with `…` if it is long or deep. */
export function exprText(expr: Expr): string {
  const before = texts.get(expr);
  if (before !== undefined) return before;
  const whole = write(expr, 0);
  const text = whole.length > longest ? `${whole.slice(0, longest - 1)}…` : whole;
  texts.set(expr, text);
  return text;
}

/** An expression never changes, and the body of a block is run for each use. */
const texts = new WeakMap<Expr, string>();

/** Returns the items between commas, only as many as fit: the text that would be cut off is never written. */
function joined<T>(items: readonly T[], write: (item: T) => string): string {
  let text = "";
  for (const [i, item] of items.entries()) {
    if (text.length > longest) break;
    text += (i === 0 ? "" : ", ") + write(item);
  }
  return text;
}

/** Returns the two sides of a sign; the right one only if it still fits. */
const sides = (left: string, sign: string, right: () => string): string =>
  left.length > longest ? left : `${left} ${sign} ${right()}`;

function write(expr: Expr, depth: number): string {
  if (depth > deepest) return "…";
  const inner = (e: Expr): string => write(e, depth + 1);
  switch (expr.kind) {
    case "number":
      return expr.percent ? `${Number((expr.value * 100).toPrecision(15))}%` : String(expr.value);
    case "size":
      return joined(expr.values, String).replaceAll(", ", "x");
    case "string":
      return JSON.stringify(expr.value.slice(0, longest + 1));
    case "bool":
      return String(expr.value);
    case "name":
      return expr.quoted ? `\`${expr.name}\`` : expr.name;
    case "placeholder":
      return "_";
    case "list":
      return `[${joined(expr.items, inner)}]`;
    case "tuple":
      return `(${joined(expr.items, inner)})`;
    case "record":
      return `{ ${joined(expr.entries, (e) => `${e.name.text}: ${inner(e.value)}`)} }`;
    case "call":
      return `${inner(expr.callee)}(${argumentsText(expr.arguments, depth)})`;
    case "index":
      return `${inner(expr.object)}[${joined(expr.subscripts, (subscript) => subscriptText(subscript, inner))}]`;
    case "member":
      return `${inner(expr.object)}.${expr.property.text}`;
    case "unary":
      return expr.operator === "-" ? `-${inner(expr.operand)}` : `not ${inner(expr.operand)}`;
    case "binary":
      return sides(grouped(expr.left, depth), expr.operator, () => grouped(expr.right, depth));
    case "pipe":
      return sides(inner(expr.left), "->", () => inner(expr.right));
    case "if":
      return `if ${inner(expr.condition)} { … }`;
    case "repeat":
      return `repeat ${inner(expr.count)} { … }`;
    case "hole":
      return "…";
  }
}

function subscriptText(subscript: Subscript, inner: (expr: Expr) => string): string {
  if (subscript.form === "rest") return "...";
  if (subscript.form === "at") return inner(subscript.value);
  const part = (expr: Expr | undefined): string => (expr === undefined ? "" : inner(expr));
  const { start, stop, step } = subscript;
  return `${part(start)}:${part(stop)}${step === undefined ? "" : `:${part(step)}`}`;
}

const grouped = (expr: Expr, depth: number): string => {
  const text = write(expr, depth + 1);
  return expr.kind === "pipe" || expr.kind === "if" || expr.kind === "binary" ? `(${text})` : text;
};

const argumentsText = (list: readonly Argument[], depth: number): string =>
  joined(list, (a) => (a.name === undefined ? "" : `${a.name.text}: `) + write(a.value, depth + 1));

/** Returns `16 × 16 × 32`; `a single number` for no axes. */
export function shapeText(shape: readonly Size[]): string {
  if (shape.length === 0) return "a single number";
  return shape.map((size) => sizeText(size)).join(" × ");
}

export const sizeText = (size: Size): string =>
  typeof size === "number" ? String(size) : printSize(size).replaceAll("*", "·");

export const isBatched = (type: TensorType): boolean => {
  const [first] = type.shape;
  return first !== undefined && typeof first !== "number" && printSize(first) === BATCH;
};

/** Returns the axes without the batch. */
export const innerShape = (type: TensorType): readonly Size[] => (isBatched(type) ? type.shape.slice(1) : type.shape);

export const tensorText = (type: TensorType): string => shapeText(innerShape(type));

export function elementText(element: Element): string {
  return element.kind === "class" || element.kind === "token"
    ? `${element.kind}(${printSize(element.count)})`
    : element.kind;
}

/** Returns `f32[28, 28, 1]` or `class(10)`. */
export function typeText(type: LangType): string {
  const axes = type.shape.length === 0 ? "" : `[${type.shape.map(printSize).join(", ")}]`;
  return elementText(type.element) + axes;
}

/** Returns the element as a message shows an actual value. */
export const elementShown = (element: Element): Actual => ({
  kind: "element",
  of: element.kind,
  text: elementText(element),
});

/** Returns a shape in the form of a type. */
export const shapeWanted = (entries: readonly Expr[]): Expectation =>
  entries.length === 0 ? "singleNumber" : written(`[${entries.map(exprText).join(", ")}]`);
