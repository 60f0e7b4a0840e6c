// Arithmetic and comparisons of compile-time values: whole numbers (perhaps symbolic), real numbers, words and booleans.

import type { Span } from "../../base/span.ts";
import { write } from "../../diagnostics/catalogue/fixes.ts";
import { atMost, code, quoted } from "../../diagnostics/catalogue/phrases.ts";
import type { Fix } from "../../diagnostics/diagnostic.ts";
import {
  addSizes,
  divideExactly,
  multiplySizes,
  printSize,
  type Size,
  subtractSizes,
  type Term,
} from "../../ir/size.ts";
import type { BinaryOperator, Expr } from "../../syntax/ast.ts";
import { report } from "../say/report.ts";
import { largest } from "../state/budget.ts";
import type { Env, Value } from "../state/environment.ts";
import { broken, isUnresolved, open, unresolvedOf } from "../state/resolved.ts";
import { int, shown } from "../state/values.ts";
import { exhaust } from "./limits.ts";

const isNumber = (value: Value): boolean => value.kind === "int" || value.kind === "float";

/** Returns the number of a compile-time value; undefined for symbolic sizes and other kinds. */
export function numberIn(value: Value): number | undefined {
  if (value.kind === "float") return value.value;
  return value.kind === "int" && typeof value.size === "number" ? value.size : undefined;
}

/** Returns the fix for a real number that stands for a whole one: `1e3` is 1000. */
export function wholeFix(expr: Expr, value: Value): { readonly fix?: Fix } {
  if (expr.kind !== "number" || value.kind !== "float" || !Number.isSafeInteger(value.value)) return {};
  return { fix: write(expr.span, String(value.value), true) };
}

interface Place {
  readonly span: Span;
  readonly text: string;
  readonly left: Span;
  readonly right: Span;
}

/** Computes `left operator right` of values that are no tensors. Reports impossible operations. */
export function computeBinary(env: Env, operator: BinaryOperator, left: Value, right: Value, place: Place): Value {
  const missing = unresolvedOf([left, right]);
  if (missing !== undefined) return missing;
  switch (operator) {
    case "and":
    case "or":
      return logical(env, operator, left, right, place);
    case "==":
    case "!=":
      return equality(env, operator, left, right, place);
    case "<":
    case "<=":
    case ">":
    case ">=":
      return order(env, operator, left, right, place);
    case "+":
    case "-":
    case "*":
    case "/":
    case "**":
    case "@":
      return arithmetic(env, operator, left, right, place);
  }
}

function logical(env: Env, operator: "and" | "or", left: Value, right: Value, place: Place): Value {
  for (const [value, span] of [[left, place.left] as const, [right, place.right] as const])
    if (value.kind !== "bool") {
      return report(env, {
        code: "NN009",
        span,
        what: quoted(operator),
        expected: "boolean",
        actual: shown(value),
      });
    }
  const values = [left, right].map((value) => value.kind === "bool" && value.value);
  return { kind: "bool", value: operator === "and" ? values.every(Boolean) : values.some(Boolean) };
}

function equality(env: Env, operator: "==" | "!=", left: Value, right: Value, place: Place): Value {
  const equal = sameValue(left, right);
  if (equal === "open") return open;
  if (equal === "incomparable") {
    return report(env, {
      code: "NN009",
      span: place.span,
      what: quoted(operator),
      expected: "oneKind",
      actual: { kind: "both", left: shown(left), right: shown(right) },
    });
  }
  return { kind: "bool", value: equal === (operator === "==") };
}

function sameValue(left: Value, right: Value): boolean | "open" | "incomparable" {
  if (left.kind === "int" && right.kind === "int") {
    const difference = subtractSizes(left.size, right.size);
    return typeof difference === "number" ? difference === 0 : "open";
  }
  if (isNumber(left) && isNumber(right)) {
    const [a, b] = [numberIn(left), numberIn(right)];
    return a === undefined || b === undefined ? "open" : a === b;
  }
  if (left.kind === "bool" && right.kind === "bool") return left.value === right.value;
  const words = [wordIn(left), wordIn(right)];
  if (words[0] !== undefined && words[1] !== undefined) return words[0] === words[1];
  if (left.kind === "size" && right.kind === "size")
    return left.values.length === right.values.length && left.values.every((v, i) => v === right.values[i]);
  return "incomparable";
}

const wordIn = (value: Value): string | undefined => {
  if (value.kind === "choice") return value.name;
  if (value.kind === "string") return value.value;
  // The name of an activation as a parameter: `activation == relu`.
  return value.kind === "layer" && value.layer.of.kind === "op" && value.layer.arguments.length === 0
    ? value.layer.of.def.name
    : undefined;
};

function order(env: Env, operator: "<" | "<=" | ">" | ">=", left: Value, right: Value, place: Place): Value {
  for (const [value, span] of [[left, place.left] as const, [right, place.right] as const])
    if (!isNumber(value)) {
      return report(env, { code: "NN009", span, what: quoted(operator), expected: "number", actual: shown(value) });
    }
  const difference =
    left.kind === "int" && right.kind === "int"
      ? subtractSizes(left.size, right.size)
      : (numberIn(left) ?? Number.NaN) - (numberIn(right) ?? Number.NaN);
  if (typeof difference !== "number" || Number.isNaN(difference)) return open;
  const holds = { "<": difference < 0, "<=": difference <= 0, ">": difference > 0, ">=": difference >= 0 }[operator];
  return { kind: "bool", value: holds };
}

type Arithmetic = "+" | "-" | "*" | "/" | "**" | "@";

function arithmetic(env: Env, operator: Arithmetic, left: Value, right: Value, place: Place): Value {
  for (const [value, span] of [[left, place.left] as const, [right, place.right] as const])
    if (!isNumber(value) || operator === "@") {
      const expected = operator === "@" ? "tensors" : "numbersOrTensors";
      return report(env, { code: "NN009", span, what: quoted(operator), expected, actual: shown(value) });
    }
  if (left.kind === "int" && right.kind === "int") return integers(env, operator, left.size, right.size, place);
  const [a, b] = [numberIn(left), numberIn(right)];
  if (a === undefined || b === undefined) return open;
  const value = { "+": a + b, "-": a - b, "*": a * b, "/": a / b, "**": a ** b, "@": Number.NaN }[operator];
  return finite(env, value, place);
}

/** Returns the value as a float; reports NN007 if it is infinite or not a number. */
function finite(env: Env, value: number, place: Pick<Place, "span" | "text">): Value {
  if (Number.isFinite(value)) return { kind: "float", value };
  const actual = Number.isNaN(value) ? "notANumber" : "infinite";
  return report(env, { code: "NN007", span: place.span, what: code(place.text), is: { actual, range: "finite" } });
}

function integers(env: Env, operator: Arithmetic, a: Size, b: Size, place: Place): Value {
  switch (operator) {
    case "+":
      return bounded(env, addSizes(a, b), place);
    case "-":
      return bounded(env, subtractSizes(a, b), place);
    case "*":
      return tooManyTerms(a, b) ? tooLarge(env, place) : bounded(env, multiplySizes(a, b), place);
    case "/":
      return quotient(env, a, b, place);
    case "**":
      return power(env, a, b, place);
    case "@":
      return broken;
  }
}

/** Reports NN007. `text`: the whole division. */
export const dividedByZero = (env: Env, span: Span, text: string): Value =>
  report(env, {
    code: "NN007",
    span,
    what: { kind: "divisor", of: text },
    is: { actual: { kind: "count", count: 0 }, range: "another" },
  });

function quotient(env: Env, a: Size, b: Size, place: Place): Value {
  if (b === 0) return dividedByZero(env, place.right, place.text);
  const exact = divideExactly(a, b);
  if (exact !== undefined) return int(exact);
  if (typeof a === "number" && typeof b === "number")
    return report(env, {
      code: "NN007",
      span: place.span,
      what: place.text === `${a} / ${b}` ? "division" : code(place.text),
      is: { fact: { kind: "rest", left: a, right: b } },
    });
  return open;
}

function power(env: Env, a: Size, b: Size, place: Place): Value {
  if (typeof a === "number" && typeof b === "number") {
    if (b < 0) return finite(env, a ** b, place);
    return bounded(env, a ** b, place);
  }
  if (typeof b !== "number") return open;
  if (b < 0 || b > 16) return open;
  let result: Size = 1;
  for (let i = 0; i < b; i++) {
    if (tooManyTerms(result, a)) return tooLarge(env, place);
    result = multiplySizes(result, a);
  }
  return bounded(env, result, place);
}

const termsOf = (size: Size): readonly Term[] => (typeof size === "number" ? [] : size.terms);
const degree = (size: Size): number => Math.max(0, ...termsOf(size).map((term) => term.atoms.length));

/** Whether the polynomial of a product would be unreasonably large. */
const tooManyTerms = (a: Size, b: Size): boolean =>
  termsOf(a).length * termsOf(b).length > 256 || degree(a) + degree(b) > 32;

function tooLarge(env: Env, place: Place): Value {
  return exhaust(env, place.span, "terms", 256);
}

/** Reports NN007 beyond 2^53, so that whole numbers stay exact. */
function bounded(env: Env, size: Size, place: Pick<Place, "span" | "text">): Value {
  const factors = typeof size === "number" ? [size] : size.terms.map((term) => term.factor);
  if (factors.every((factor) => Math.abs(factor) <= largest)) return int(size);
  const actual = { kind: "code", text: typeof size === "number" ? String(size) : printSize(size) } as const;
  return report(env, {
    code: "NN007",
    span: place.span,
    what: code(place.text),
    is: { actual, range: atMost(largest) },
  });
}

/** Computes `-value` and `not value` of a value that is no tensor. */
export function computeUnary(env: Env, operator: "-" | "not", value: Value, span: Span): Value {
  if (isUnresolved(value)) return value;
  if (operator === "not") {
    if (value.kind === "bool") return { kind: "bool", value: !value.value };
    return report(env, { code: "NN009", span, what: quoted("not"), expected: "boolean", actual: shown(value) });
  }
  if (value.kind === "int") return int(multiplySizes(value.size, -1));
  if (value.kind === "float") return { kind: "float", value: -value.value };
  return report(env, { code: "NN009", span, what: quoted("-"), expected: "numberOrTensor", actual: shown(value) });
}
