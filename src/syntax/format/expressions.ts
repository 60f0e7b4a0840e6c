// Lays out values, types and bodies.

import type { Span } from "../../base/span.ts";
import type { Argument, Body, Expr, Statement, Subscript, TypeExpr } from "../ast.ts";
import { bindingLevel } from "../parser/fold.ts";
import {
  all,
  blank,
  breakHere,
  group,
  hardLine,
  indent,
  type Layout,
  line,
  mustBreak,
  sequence,
  softLine,
} from "./layout.ts";
import type { Source } from "./source.ts";

/** A part of a list: its start in the source, and a function that lays it out when its turn comes. */
export interface Item {
  readonly start: number;
  readonly end: number;
  layout(): Layout;
}

export interface Writer {
  readonly source: Source;
  expression(expr: Expr): Layout;
  type(type: TypeExpr): Layout;
  body(body: Body): Layout;
  /** Returns the words of the source, after the comments before them. */
  words(span: Span): Layout;
  /** Lays out items between brackets, on one line or one per line; `close`: the offset of the closing bracket. */
  bracketed(open: string, items: readonly Item[], close: number, closer: string, broken?: boolean): Layout;
  /** Lays out items one per line, and keeps their comments and at most one empty line. */
  lines(items: readonly Item[], close: number): Layout;
}

/** The writers of the parts of programs, with the comments of this source. */
export const writer = (source: Source): Writer => ({
  source,
  expression: (expr) => expression(source, expr),
  type: (item) => type(source, item),
  body: (item) => body(source, item),
  words: (span) => words(source, span),
  bracketed: (open, items, close, closer, broken) => bracketed(source, open, items, close, closer, broken),
  lines: (items, close) => lines(source, items, close),
});

const words = (source: Source, span: Span): Layout => all(source.leading(span.start), source.slice(span));

function bracketed(
  source: Source,
  open: string,
  items: readonly Item[],
  close: number,
  closer: string,
  broken = false,
): Layout {
  const [first] = items;
  if (first === undefined && source.pending(close) === undefined) return open + closer;
  const edge = open === "{" ? line : softLine;
  const parts: Layout[] = [source.trailing(first?.start ?? close), edge, broken ? breakHere : ""];
  for (const [i, item] of items.entries()) {
    const next = items[i + 1];
    parts.push(source.leading(item.start), item.layout(), next === undefined ? "" : ",");
    parts.push(source.trailing(next?.start ?? close), next === undefined ? "" : line);
  }
  return group(open, indent(sequence(parts), source.leading(close)), edge, closer);
}

function lines(source: Source, items: readonly Item[], close: number): Layout {
  const parts: Layout[] = [];
  for (const [i, item] of items.entries()) {
    const next = items[i + 1];
    const gap = source.pending(item.start) === undefined && source.blankAbove(item.start) && i > 0;
    const comments = source.leading(item.start, i === 0 ? "first in a body" : undefined);
    const below = mustBreak(comments) && source.blankAbove(item.start);
    parts.push(hardLine, comments, ...(gap || below ? [blank] : []), item.layout());
    parts.push(source.trailing(next?.start ?? close));
  }
  return all(sequence(parts), hardLine, source.leading(close, items.length === 0 ? "first in a body" : undefined));
}

function statement(source: Source, item: Statement): Layout {
  const named = item.kind === "let" || item.kind === "layer" || item.kind === "param";
  const start = named ? all(source.leading(item.span.start), `${item.kind} `, words(source, item.name.span)) : "";
  switch (item.kind) {
    case "let":
    case "layer":
      return all(start, " = ", expression(source, item.value));
    case "unpack": {
      const names = item.names.map(({ span }) => ({ ...span, layout: () => words(source, span) }));
      const open = source.leading(item.span.start);
      const list = bracketed(source, "(", names, item.namesSpan.end - 1, ")");
      return all(open, "let ", source.leading(item.namesSpan.start), list, " = ", expression(source, item.value));
    }
    case "param":
      return all(
        start,
        ": ",
        type(source, item.type),
        ...(item.value === undefined ? [] : [" = ", expression(source, item.value)]),
      );
    case "return":
      return all(source.leading(item.span.start), "return ", expression(source, item.value));
    case "expression":
      return expression(source, item.value);
  }
}
const statementItem = (source: Source, item: Statement): Item => ({
  start: item.span.start,
  end: item.span.end,
  layout: () => statement(source, item),
});

/** Whether a body may be on one line: it was, and holds at most one statement. */
const single = (source: Source, { span, statements }: Body): boolean =>
  statements.length <= 1 && !source.breaks(span.start, span.end);

/** Lays out a body without its own group, so that the arms of an `if` break together. */
function braces(source: Source, { span, statements }: Body, flat: boolean): Layout {
  const close = span.end - 1;
  const [first] = statements;
  if (first === undefined && source.pending(close) === undefined) return "{}";
  if (flat && first !== undefined) return all("{", indent(line, statement(source, first)), line, "}");
  const start = source.trailing(first?.span.start ?? close);
  const items = statements.map((item) => statementItem(source, item));
  return all("{", start, indent(lines(source, items, close)), hardLine, "}");
}
const body = (source: Source, item: Body): Layout => group(braces(source, item, single(source, item)));

function choice(source: Source, expr: Expr & { readonly kind: "if" }): Layout {
  const arms: { readonly words: string; readonly condition?: Expr; readonly body: Body }[] = [];
  let rest: Expr | Body | undefined = expr;
  while (rest !== undefined) {
    if (!("kind" in rest)) {
      arms.push({ words: "", body: rest });
      break;
    }
    if (rest.kind !== "if") break;
    arms.push({ words: "if ", condition: rest.condition, body: rest.then });
    rest = rest.otherwise;
  }
  const flat = arms.every((arm) => single(source, arm.body));
  const parts = arms.map((arm, i) => {
    const before = arms[i - 1];
    return all(
      before === undefined ? "" : otherwise(source, source.tokenFrom(before.body.span.end)),
      arm.words,
      arm.condition === undefined ? "" : all(expression(source, arm.condition), " "),
      braces(source, arm.body, flat),
    );
  });
  return group(sequence(parts));
}

/** Lays out `else`, after the comments before it. */
function otherwise(source: Source, start: number): Layout {
  const trailing = source.trailing(start);
  if (source.pending(start) === undefined) return all(trailing, " else ");
  return all(trailing, source.leading(start), "else ");
}

function pipe(source: Source, expr: Expr & { readonly kind: "pipe" }): Layout {
  const stages: Expr[] = [expr.right];
  let left: Expr = expr.left;
  while (left.kind === "pipe" && source.bare(left.span).parentheses === 0) {
    stages.unshift(left.right);
    left = left.left;
  }
  const first = expression(source, left);
  let before = left.span.end;
  const written = stages.map((stage) => {
    const authored = source.breaks(before, stage.span.start);
    before = stage.span.end;
    const comments = all(source.trailing(stage.span.start));
    const own = source.leading(stage.span.start);
    return { authored, comments, stage: all(own, "-> ", expression(source, stage)) };
  });
  // A line that the author broke stays broken; the others are filled.
  if (written.some(({ authored }) => authored)) {
    const parts = written.map(({ authored, comments, stage }) =>
      all(comments, authored ? all(hardLine, stage) : mustBreak(stage) ? all(" ", stage) : group(line, stage)),
    );
    return all(first, indent(sequence(parts)));
  }
  if ([first, ...written.map(({ stage }) => stage)].some(mustBreak))
    return all(first, sequence(written.map(({ comments, stage }) => all(comments, " ", stage))));
  return group(first, indent(sequence(written.map(({ stage }) => all(line, stage)))));
}

function binary(source: Source, expr: Expr & { readonly kind: "binary" }): Layout {
  const level = bindingLevel(expr);
  const rest: { readonly operator: string; readonly right: Expr }[] = [expr];
  let left: Expr = expr.left;
  while (left.kind === "binary" && bindingLevel(left) === level && source.bare(left.span).parentheses === 0) {
    rest.unshift(left);
    left = left.left;
  }
  const first = expression(source, left);
  // A line ends with an operator rather than starts with one: a minus at the start would be a sign.
  const parts = rest.map(({ operator, right }) =>
    all(` ${operator}`, source.trailing(right.span.start), line, expression(source, right)),
  );
  return group(first, indent(sequence(parts)));
}

const argument = (source: Source, item: Argument): Item => ({
  start: item.span.start,
  end: item.span.end,
  layout: () =>
    item.name === undefined
      ? expression(source, item.value)
      : all(words(source, item.name.span), ": ", expression(source, item.value)),
});
const subscript = (source: Source, item: Subscript): Item => ({
  start: item.span.start,
  end: item.span.end,
  layout: () => {
    if (item.form === "rest") return words(source, item.span);
    if (item.form === "at") return expression(source, item.value);
    const part = (expr: Expr | undefined): Layout => (expr === undefined ? "" : expression(source, expr));
    const step = item.step === undefined ? [] : [":", part(item.step)];
    return all(source.leading(item.span.start), part(item.start), ":", part(item.stop), ...step);
  },
});
const value = (source: Source, item: Expr): Item => ({
  start: item.span.start,
  end: item.span.end,
  layout: () => expression(source, item),
});

/** Lays out values between brackets; `end`: the offset after the closing one. */
function values(source: Source, open: string, items: readonly Expr[], end: number, closer: string): Layout {
  const parts = items.map((item) => value(source, item));
  return bracketed(source, open, parts, end - 1, closer);
}

function expression(source: Source, expr: Expr): Layout {
  const { span, parentheses } = source.bare(expr.span);
  const isTuple = expr.kind === "tuple";
  const outer = isTuple ? parentheses - 1 : parentheses;
  if (outer > 0) {
    const close = expr.span.end - 1;
    const start = source.leading(expr.span.start);
    const open = source.trailing(span.start);
    return all(
      start,
      group("(", open, indent(softLine, bareExpression(source, expr, span), source.leading(close)), softLine, ")"),
    );
  }
  return bareExpression(source, expr, span);
}

/** Lays out an expression without the parentheses around it; `span` covers none, not even a tuple's own. */
function bareExpression(source: Source, expr: Expr, span: Span): Layout {
  switch (expr.kind) {
    case "tuple":
      return all(source.leading(expr.span.start), values(source, "(", expr.items, expr.span.end, ")"));
    case "list":
      return all(source.leading(span.start), values(source, "[", expr.items, span.end, "]"));
    case "record":
      return record(source, expr, span);
    case "call":
      return all(
        expression(source, expr.callee),
        bracketed(
          source,
          "(",
          expr.arguments.map((item) => argument(source, item)),
          span.end - 1,
          ")",
        ),
      );
    case "index":
      return all(
        expression(source, expr.object),
        bracketed(
          source,
          "[",
          expr.subscripts.map((item) => subscript(source, item)),
          span.end - 1,
          "]",
        ),
      );
    case "member":
      return all(expression(source, expr.object), ".", words(source, expr.property.span));
    case "unary":
      return all(source.leading(span.start), expr.operator === "not" ? "not " : "-", expression(source, expr.operand));
    case "binary":
      return binary(source, expr);
    case "pipe":
      return pipe(source, expr);
    case "if":
      return all(source.leading(span.start), choice(source, expr));
    case "repeat":
      return all(source.leading(span.start), "repeat ", expression(source, expr.count), " ", body(source, expr.body));
    case "number":
    case "size":
    case "string":
    case "bool":
    case "name":
    case "placeholder":
    case "hole":
      return words(source, span);
  }
}

function record(source: Source, expr: Expr & { readonly kind: "record" }, span: Span): Layout {
  const items = expr.entries.map((entry) => ({
    start: entry.name.span.start,
    end: entry.value.span.end,
    layout: () => all(words(source, entry.name.span), ": ", expression(source, entry.value)),
  }));
  const [first] = items;
  const start = source.leading(span.start);
  const open = first !== undefined && source.breaks(span.start, first.start);
  return all(start, bracketed(source, "{", items, span.end - 1, "}", open));
}

function type(source: Source, item: TypeExpr): Layout {
  const parts: Layout[] = [words(source, item.element.span)];
  let at = source.tokenFrom(item.element.span.end);
  if (item.argument !== undefined) {
    const close = source.closing(at) ?? item.span.end;
    parts.push(bracketed(source, "(", [value(source, item.argument)], close - 1, ")"));
    at = source.tokenFrom(close);
  }
  if (item.shape !== undefined)
    parts.push(
      bracketed(
        source,
        "[",
        item.shape.map((item) => value(source, item)),
        item.span.end - 1,
        "]",
      ),
    );
  return sequence(parts);
}
