// The one style of `.nn` files. Keeps meaning and comments, and chooses spaces, line breaks and columns, but a pipe,
// record or body that the author broke stays broken.

import type {
  Clause,
  Const,
  Dataset,
  DatasetClause,
  Declaration,
  Field,
  Parameter,
  Step,
  Train,
  TrainClause,
  TypeExpr,
} from "./ast.ts";
import { type Item, type Writer, writer } from "./format/expressions.ts";
import { all, blank, hardLine, indent, type Layout, line, mustBreak, render, sequence } from "./format/layout.ts";
import { sourceOf } from "./format/source.ts";
import { parse } from "./parse.ts";

const WIDTH = 120;
/** The values of a training's clauses line up after words of up to the length of `optimizer`; longer words stick out. */
const LONGEST_ALIGNED = "optimizer".length;

/** Returns the text in the one style; undefined if it has syntax errors. A second formatting changes nothing. */
export function format(text: string): string | undefined {
  const { tree, diagnostics, comments } = parse("", text);
  if (diagnostics.length > 0) return undefined;
  const source = sourceOf("", text, comments);
  const write = writer(source);
  const parts: Layout[] = [];
  let before: Declaration | undefined;
  for (const group of together(tree.declarations)) {
    const [first] = group;
    if (first === undefined) continue;
    const { start } = first.span;
    parts.push(source.trailing(start), hardLine);
    const above = source.pending(start)?.span.start ?? start;
    if (before !== undefined && (!listed(before, first) || source.blankAbove(above))) parts.push(blank);
    const comments = source.leading(start, "first in a body");
    const below = mustBreak(comments) && source.blankAbove(start);
    parts.push(comments, ...(below ? [blank] : []), declaration(write, group));
    before = group.at(-1);
  }
  const end = text.length + 1;
  parts.push(source.trailing(end), hardLine);
  parts.push(source.leading(end, before === undefined ? "first in a body" : undefined));
  return render(sequence(parts), WIDTH);
}

/** Whether two declarations may follow each other without an empty line: only imports and constants. */
const listed = (before: Declaration, next: Declaration): boolean =>
  before.kind === next.kind && (next.kind === "import" || next.kind === "const");

/** Constants of one `const` stay together. */
function together(declarations: readonly Declaration[]): readonly (readonly Declaration[])[] {
  const groups: Declaration[][] = [];
  for (const item of declarations) {
    const continued = item.kind === "const" && item.name.span.start === item.span.start;
    const last = groups.at(-1);
    if (continued && last !== undefined) last.push(item);
    else groups.push([item]);
  }
  return groups;
}

function declaration(write: Writer, group: readonly Declaration[]): Layout {
  const [item] = group;
  switch (item?.kind) {
    case undefined:
      return "";
    case "import":
      return all("import ", write.words(item.pathSpan));
    case "const":
      return constants(
        write,
        group.filter((each): each is Const => each.kind === "const"),
      );
    case "dataset":
      return dataset(write, item);
    case "train":
      return train(write, item);
    case "block":
    case "model": {
      const name = all(`${item.kind} `, write.words(item.name.span));
      const close = write.source.closing(write.source.tokenFrom(item.name.span.end)) ?? item.name.span.end;
      const parameters = write.bracketed(
        "(",
        item.parameters.map((each) => parameter(write, each)),
        close - 1,
        ")",
      );
      const result = item.result === undefined ? "" : all(" -> ", write.type(item.result));
      return all(name, parameters, result, " ", write.body(item.body));
    }
  }
}

function constants(write: Writer, group: readonly Const[]): Layout {
  const parts: Layout[] = [];
  for (const [i, item] of group.entries()) {
    const next = group[i + 1];
    const start = item.name.span.start;
    const broken = i > 0 && write.source.breaks(group[i - 1]?.span.end ?? start, start);
    parts.push(i === 0 ? "" : broken ? hardLine : " ");
    parts.push(write.words(item.name.span), " = ", write.expression(item.value));
    if (next !== undefined) parts.push(",", write.source.trailing(next.span.start));
  }
  const [head = "", ...rest] = parts;
  return all("const ", head, indent(sequence(rest)));
}

function parameter(write: Writer, item: Parameter): Item {
  const layout = (): Layout =>
    all(
      write.words(item.name.span),
      item.type === undefined ? "" : all(": ", write.type(item.type)),
      item.default === undefined ? "" : all(" = ", write.expression(item.default)),
    );
  return { start: item.span.start, end: item.span.end, layout };
}

function dataset(write: Writer, item: Dataset): Layout {
  const { source } = write;
  const values = item.clauses.map(({ keyword }) => source.tokenFrom(keyword.span.end) - keyword.span.end);
  // Lines columns up if the author did.
  const aligned = values.some((gap) => gap > 1);
  const column = aligned ? widest(item.clauses, Number.POSITIVE_INFINITY) : 0;
  const items = item.clauses.map((each) => clauseItem(each, () => datasetClause(write, each, column)));
  return all("dataset ", write.words(item.name.span), clauses(write, item, items));
}

function train(write: Writer, item: Train): Layout {
  const column = widest(item.clauses, LONGEST_ALIGNED);
  const items = item.clauses.map((each) => clauseItem(each, () => trainClause(write, each, column)));
  const on = item.dataset === undefined ? "" : all(" on ", write.words(item.dataset.span));
  return all("train ", write.words(item.model.span), on, clauses(write, item, items));
}

function trainClause(write: Writer, item: TrainClause, column: number): Layout {
  if (item.kind === "clause") return clause(write, item, column);
  const own = widest(item.clauses, LONGEST_ALIGNED);
  const items = item.clauses.map((each) => clauseItem(each, () => clause(write, each, own)));
  return all("step ", write.words(item.name.span), clauses(write, item, items));
}

type AnyClause = DatasetClause | TrainClause;

const widest = (clauses: readonly AnyClause[], most: number): number =>
  Math.max(
    0,
    ...clauses.map(({ keyword }) => keyword.span.end - keyword.span.start).filter((length) => length <= most),
  );

const clauseItem = ({ span }: AnyClause, layout: () => Layout): Item => ({
  start: span.start,
  end: span.end,
  layout,
});

function clauses({ source, lines }: Writer, { span }: Dataset | Train | Step, items: readonly Item[]): Layout {
  const close = span.end - 1;
  const [first] = items;
  if (first === undefined && source.pending(close) === undefined) return " {}";
  const start = source.trailing(first?.start ?? close);
  return all(" {", start, indent(lines(items, close)), hardLine, "}");
}

function keyword(write: Writer, { keyword: { span } }: DatasetClause, column: number): Layout {
  const pad = Math.max(0, column - (span.end - span.start));
  return all(write.words(span), " ".repeat(pad + 1));
}

function datasetClause(write: Writer, item: DatasetClause, column: number): Layout {
  if (item.kind === "clause") return clause(write, item, column);
  if (item.kind === "source") return all(keyword(write, item, column), write.expression(item.value));
  const parts = item.fields.map((each, i) =>
    separated(write, item.fields[i + 1]?.span.start, () => field(write, each)),
  );
  return all(keyword(write, item, column), indent(sequence(parts)));
}

function clause(write: Writer, item: Clause, column: number): Layout {
  if (item.groups.length === 0) return write.words(item.keyword.span);
  const parts = item.groups.map((group, i) =>
    separated(write, item.groups[i + 1]?.[0]?.span.start, () =>
      sequence(group.map((value, j) => all(j === 0 ? "" : " ", write.expression(value)))),
    ),
  );
  return all(keyword(write, item, column), indent(sequence(parts)));
}

/** Returns a part, followed by a comma if another comes at `next`; long rows fill their lines. */
function separated({ source }: Writer, next: number | undefined, layout: () => Layout): Layout {
  const part = layout();
  if (next === undefined) return part;
  return all(part, ",", source.trailing(next), { kind: "group", body: line, broken: false });
}

function field(write: Writer, item: Field): Layout {
  const typed: TypeExpr | undefined = item.type;
  // A later field that shares the transform shows it.
  const own = item.transform !== undefined && item.transform.span.end <= item.span.end;
  return all(
    write.words(item.name.span),
    typed === undefined ? "" : all(": ", write.type(typed)),
    own && item.transform !== undefined ? all(" = ", write.expression(item.transform)) : "",
  );
}
