// From a flat row of operands and operators to a tree: precedence and associativity, and nothing else.

import type { Span } from "../../base/span.ts";
import type { BinaryOperator, Expr } from "../ast.ts";

/** A value with the signs before it: `- x`, `not x`, `x`. */
export interface Operand {
  readonly prefixes: readonly { readonly operator: "-" | "not"; readonly span: Span }[];
  readonly value: Expr;
}
export interface Operator {
  readonly operator: BinaryOperator | "->";
  readonly span: Span;
}
export interface FoldProblem {
  readonly kind: "chained comparison" | "not inside";
  readonly span: Span;
  readonly text: string;
}

const levels = ["->", "or", "and", "not", "comparison", "+ -", "* / @", "unary -", "**"] as const;
const level = (name: (typeof levels)[number]): number => levels.indexOf(name);

const levelOf = {
  "->": level("->"),
  or: level("or"),
  and: level("and"),
  "==": level("comparison"),
  "!=": level("comparison"),
  "<": level("comparison"),
  "<=": level("comparison"),
  ">": level("comparison"),
  ">=": level("comparison"),
  "+": level("+ -"),
  "-": level("+ -"),
  "*": level("* / @"),
  "/": level("* / @"),
  "@": level("* / @"),
  "**": level("**"),
} as const satisfies Record<Operator["operator"], number>;

const NOT = level("not");
const COMPARISON = level("comparison");
const POWER = level("**");
/** The level at which a minus may begin an operand: `2 ** -1`. */
const UNARY = level("unary -");
const ATOM = levels.length;

/** The levels of precedence, loosest first, as the published grammar shows them. */
export const precedence: readonly string[] = [
  "->",
  "or",
  "and",
  "not",
  "== != < <= > >=   (not chained)",
  "+ -",
  "* / @",
  "- (unary)",
  "**   (from the right)",
];

/** How tightly an expression binds; atoms, calls and bodies bind tightest. */
export function bindingLevel(expr: Expr): number {
  if (expr.kind === "pipe") return levelOf["->"];
  if (expr.kind === "binary") return levelOf[expr.operator];
  if (expr.kind === "unary") return expr.operator === "not" ? NOT : UNARY;
  return ATOM;
}

/** Folds a row: `operators[i]` is between `operands[i]` and `operands[i + 1]`; there is at least one operand. */
export function fold(
  operands: readonly Operand[],
  operators: readonly Operator[],
  report: (problem: FoldProblem) => void,
): Expr | undefined {
  let at = 0;
  let prefix = 0;

  function operand(least: number): Expr | undefined {
    const current = operands[at];
    const sign = current?.prefixes[prefix];
    if (current === undefined) return undefined;
    if (sign === undefined) {
      at++;
      prefix = 0;
      return current.value;
    }
    prefix++;
    if (sign.operator === "not" && least > NOT) report({ kind: "not inside", span: sign.span, text: "not" });
    const value = sign.operator === "not" ? climb(COMPARISON, NOT) : climb(POWER, UNARY);
    if (value === undefined) return undefined;
    return { kind: "unary", operator: sign.operator, operand: value, span: { ...sign.span, end: value.span.end } };
  }

  /** `least`: the caller handles operators looser than this; `prefixes`: prefixes looser than this are misplaced. */
  function climb(least: number, prefixes: number): Expr | undefined {
    let left = operand(prefixes);
    let compared = false;
    while (left !== undefined) {
      const next = operators[at - 1];
      if (next === undefined) break;
      const own = levelOf[next.operator];
      if (own < least) break;
      if (own === COMPARISON && compared) report({ kind: "chained comparison", span: next.span, text: next.operator });
      compared = own === COMPARISON;
      const right: Expr | undefined = own === POWER ? climb(POWER, UNARY) : climb(own + 1, own + 1);
      if (right === undefined) return left;
      left = join(left, next, right);
    }
    return left;
  }
  return climb(0, 0);
}

function join(left: Expr, { operator, span }: Operator, right: Expr): Expr {
  const whole = { file: span.file, start: left.span.start, end: right.span.end };
  if (operator === "->") return { kind: "pipe", left, right, span: whole };
  return { kind: "binary", operator, operatorSpan: span, left, right, span: whole };
}
