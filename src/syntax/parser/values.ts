// From tokens and parts to values: builds the results of the rules of expressions, and has no rule itself.

import type { Body, Expr } from "../ast.ts";
import type { IToken } from "../chevrotain.ts";
import { endOf } from "../problem.ts";
import { stringValue } from "../scan.ts";
import { Newline, signs } from "../tokens.ts";
import { fold, type Operand, type Operator } from "./fold.ts";
import { Reader } from "./reader.ts";

/** The operators and signs in one row of an expression. */
export const MAX_ROW = 500;
export const A_VALUE = "a value";
const MAX_INTEGER = Number.MAX_SAFE_INTEGER;

/** An operator of the source; undefined for a sign of another language, which is reported. */
export type ReadOperator = Pick<Operator, "span"> & { readonly operator: Operator["operator"] | undefined };

const isKnown = (read: ReadOperator): read is Operator => read.operator !== undefined;

export class ValueReader extends Reader {
  /** The first row that is too long to fold. */
  protected tooLong: { start: number; end: number } | undefined = undefined;

  protected folded(operands: readonly Operand[], read: readonly ReadOperator[]): Expr {
    const operators = read.filter(isKnown);
    const first = operands[0];
    const last = operands.at(-1);
    if (first === undefined || last === undefined) return this.hole();
    const count = read.length + operands.reduce((sum, { prefixes }) => sum + prefixes.length, 0);
    if (count > MAX_ROW) {
      const span = { start: first.value.span.start, end: last.value.span.end };
      this.tooLong ??= span;
      return { kind: "hole", span: { file: this.file, ...span } };
    }
    // A row with a foreign sign has no known meaning.
    if (operators.length < read.length)
      return { kind: "hole", span: { file: this.file, start: first.value.span.start, end: last.value.span.end } };
    const expr = fold(operands, operators, ({ kind, span, text }) => {
      const chained = kind === "chained comparison";
      this.problems.push({
        start: span.start,
        end: span.end,
        found: `'${text}'`,
        expected: chained ? "'and' or 'or'" : A_VALUE,
        hint: chained ? "join comparisons with 'and': a < b and b < c" : "put 'not …' in parentheses",
      });
    });
    return expr ?? this.hole();
  }

  protected chosen(arms: readonly { start: number; condition: Expr; then: Body }[], last: Body | undefined): Expr {
    const end = this.lastEnd;
    let otherwise: Body | Expr | undefined = last;
    for (const { start, condition, then } of [...arms].reverse()) {
      const rest: { otherwise?: Body | Expr } = otherwise === undefined ? {} : { otherwise };
      otherwise = { kind: "if", condition, then, ...rest, span: { file: this.file, start, end } };
    }
    return otherwise !== undefined && "kind" in otherwise ? otherwise : this.hole();
  }

  protected number(token: IToken): Expr {
    const percent = token.image.endsWith("%");
    const digits = token.image.replace(/[_%]/g, "");
    const plain = Number(digits);
    const isInteger = !percent && /^\d*$/.test(digits);
    if (!Number.isFinite(plain) || (isInteger && plain > MAX_INTEGER)) return this.tooLarge(token);
    return { kind: "number", value: percent ? plain / 100 : plain, isInteger, percent, span: this.at(token) };
  }
  protected size(token: IToken): Expr {
    const values = token.image.split("x").map(Number);
    if (values.some((value) => value > MAX_INTEGER)) return this.tooLarge(token);
    return { kind: "size", values, span: this.at(token) };
  }
  protected tooLarge(token: IToken): Expr {
    this.misplaced("a smaller number", token);
    return { kind: "hole", span: this.at(token) };
  }
  protected string(token: IToken): Expr {
    return { kind: "string", value: this.ACTION(() => stringValue(token.image) ?? ""), span: this.at(token) };
  }
  protected truth(token: IToken): Expr {
    return { kind: "bool", value: token.image === "true", span: this.at(token) };
  }
  protected placeholder(token: IToken): Expr {
    return { kind: "placeholder", span: this.at(token) };
  }
  protected reference(token: IToken): Expr {
    return { kind: "name", name: this.name(token).text, quoted: token.image.startsWith("`"), span: this.at(token) };
  }

  /** Reports a shape in parentheses, `f32(28, 28, 1)`, and skips the rest of it. */
  protected roundShape(open: IToken): boolean {
    if (!this.isAt(signs.comma.type)) return false;
    const start = this.startOf(open);
    while (!this.isAt(signs.close.type, Newline, signs.closeBrace.type) && !this.atEnd) this.SKIP_TOKEN();
    if (!this.isAt(signs.close.type)) return false;
    const end = endOf(this.LA(1));
    const text = `[${this.between(start + 1, end - 1)}]`;
    const hint = `a shape stands in square brackets: f32${text}`;
    const fix = { title: `write ${text}`, sure: true, start, end, text };
    this.problems.push({ start, end: endOf(open), found: "'('", expected: "'['", hint, fix });
    return true;
  }
}
