// The `split` clause of a data set: shares of the source's training part, and their order.

import { write } from "../../diagnostics/catalogue/fixes.ts";
import { code, quoted } from "../../diagnostics/catalogue/phrases.ts";
import type { Clause, Expr } from "../../syntax/ast.ts";
import { evaluate, numberIn } from "../evaluate/index.ts";
import type { CheckedDataset } from "../model.ts";
import { report, unread } from "../say/report.ts";
import { suggest } from "../say/suggest.ts";
import { exprText } from "../say/words.ts";
import type { Env } from "../state/environment.ts";
import { broken, isUnresolved, known, type Resolved, type Unresolved, unresolvedOf } from "../state/resolved.ts";
import { shown } from "../state/values.ts";
import type { Columns } from "./columns.ts";

type Split = CheckedDataset["split"];
export const defaultSplit: Split = { train: 1, validation: 0, test: 0, order: "random" };
const parts = ["train", "validation", "test"] as const;
type Part = (typeof parts)[number];

/** Reads `split train 90%, validation 10%, by order`. `tested`: the source, if it has its own test part: the test set. */
export function readSplit(clause: Clause, env: Env, columns: Columns | undefined, tested?: string): Resolved<Split> {
  const shares = new Map<Part, Share>();
  let order: Pick<Split, "order" | "column"> = { order: "random" };
  const wrong: Unresolved[] = [];
  const unit = unitOf(clause);
  if (unit === "both")
    return report(env, { code: "NN007", span: clause.span, what: "split", is: { fact: { kind: "units" } } });
  for (const [word, value] of clause.groups.map(withoutUnit).flatMap(pairsOf)) {
    if (word.kind === "hole" || value?.kind === "hole") return unread(env, clause.span);
    if (word.kind === "name" && word.name === "by") {
      const by = readOrder(value ?? word, columns, env);
      if (isUnresolved(by)) wrong.push(by);
      else order = by.value;
      continue;
    }
    const part = partNamed(word, shares, env);
    const share = isUnresolved(part) ? part : shareOf(part.value, word, value, unit, env);
    if (isUnresolved(part) || isUnresolved(share)) wrong.push(unresolvedOf([part, share]) ?? broken);
    else shares.set(part.value, { share: share.value, expr: word });
  }
  const missing =
    unresolvedOf(wrong) ?? unitProblem(unit, order, clause, env) ?? shareProblem(shares, clause, unit, env, tested);
  if (missing !== undefined) return missing;
  const share = (part: Part): number => shares.get(part)?.share ?? 0;
  const rows = unit === "rows" ? { rows: true as const } : {};
  return known({ train: share("train"), validation: share("validation"), test: share("test"), ...order, ...rows });
}

/** Shares are of the whole; rows are counted. */
type Unit = "shares" | "rows";

const isUnit = (expr: Expr | undefined): boolean => expr?.kind === "name" && expr.name === "rows";
const namesPart = ([word]: readonly Expr[]): boolean =>
  word?.kind === "name" && parts.some((part) => part === word.name);
const withoutUnit = (group: readonly Expr[]): readonly Expr[] => group.filter((expr) => !isUnit(expr));

/** Whether the parts are shares, `train 90%`, or numbers of rows, `train 8640 rows`. */
function unitOf({ groups }: Clause): Unit | "both" {
  const counted = groups.filter(namesPart).map((group) => isUnit(group[2]));
  if (counted.every((rows) => rows)) return counted.length > 0 ? "rows" : "shares";
  return counted.some((rows) => rows) ? "both" : "shares";
}

/** Reports NN007 for numbers of rows in an order that needs shares. */
function unitProblem(unit: Unit, { order }: Pick<Split, "order">, clause: Clause, env: Env): Unresolved | undefined {
  if (unit === "rows" && (order === "hash" || order === "stratified"))
    return report(env, { code: "NN007", span: clause.span, what: "split", is: { fact: { kind: "rowsBy", order } } });
  return undefined;
}

interface Share {
  readonly share: number;
  /** The name of the part. */
  readonly expr: Expr;
}

/** Reads `train 90%` as a word and a value; also `train -10%`, which looks like a difference. */
function pairsOf(group: readonly Expr[]): readonly (readonly [Expr, Expr | undefined])[] {
  const parted = group.flatMap((expr): readonly Expr[] => {
    if (expr.kind !== "binary" || expr.operator !== "-" || expr.left.kind !== "name") return [expr];
    const { left, right } = expr;
    return [left, { kind: "unary", operator: "-", operand: right, span: { ...right.span, start: left.span.end } }];
  });
  return parted.flatMap((word, i) => (i % 2 === 0 ? [[word, parted[i + 1]] as const] : []));
}

/** Reports NN007 for shares that do not go together. */
function shareProblem(
  shares: ReadonlyMap<Part, Share>,
  clause: Clause,
  unit: Unit,
  env: Env,
  tested: string | undefined,
): Unresolved | undefined {
  const sum = [...shares.values()].reduce((total, { share }) => total + share, 0);
  if (unit === "shares" && sum > 1 + 1e-9) {
    const actual = { kind: "together", percent: Number((sum * 100).toFixed(6)) } as const;
    return report(env, {
      code: "NN007",
      span: clause.span,
      what: "split",
      is: { actual, range: { kind: "between", high: { value: 1 }, percent: true } },
    });
  }
  const train = shares.get("train");
  if (train === undefined || train.share === 0) {
    return report(env, {
      code: "NN007",
      span: train?.expr.span ?? clause.span,
      what: "split",
      is: { fact: { kind: "untrained" } },
    });
  }
  const test = shares.get("test");
  if (tested === undefined || test === undefined || test.share === 0) return undefined;
  const fact = { kind: "ownTestPart", source: tested } as const;
  return report(env, { code: "NN007", span: test.expr.span, what: { kind: "share", of: "test" }, is: { fact } });
}

const byColumn = ["hash", "stratified", "time"] as const;

/** Reads `order`, or `hash(id)`: the column is one of the source. */
function readOrder(expr: Expr, columns: Columns | undefined, env: Env): Resolved<Pick<Split, "order" | "column">> {
  if (expr.kind === "name" && expr.name === "order") return known({ order: "order" });
  const order = expr.kind === "call" && expr.callee.kind === "name" ? expr.callee.name : undefined;
  const by = byColumn.find((word) => word === order);
  const [argument, ...more] = expr.kind === "call" ? expr.arguments : [];
  const column = argument?.name === undefined ? argument?.value : undefined;
  const name = column?.kind === "name" ? column.name : column?.kind === "string" ? column.value : undefined;
  if (by === undefined || column === undefined || name === undefined || more.length > 0)
    return report(env, {
      code: "NN009",
      span: expr.span,
      what: quoted("split … by"),
      expected: "order",
      actual: { kind: "code", text: exprText(expr) },
    });
  if (columns === undefined) return broken;
  const names = columns.columns.filter(({ parts }) => parts === undefined).map((one) => one.name);
  if (columns.open !== undefined || names.includes(name)) return known({ order: by, column: name });
  return report(env, {
    code: "NN005",
    span: column.span,
    what: "column",
    name,
    where: "source",
    ...suggest(env.session, name, column.span, names, names),
  });
}

/** Returns the column by which a split divides, as it is written; undefined if it does not. */
export function splitColumn(clause: Clause | undefined): string | undefined {
  const words = clause?.groups.flat() ?? [];
  const at = words.findIndex((word) => word.kind === "name" && word.name === "by");
  const by = at < 0 ? undefined : words[at + 1];
  const value = by?.kind === "call" ? by.arguments[0]?.value : undefined;
  return value?.kind === "name" ? value.name : value?.kind === "string" ? value.value : undefined;
}

/** Returns the part that a word names; reports NN003 for another word, or a part that already has its share. */
function partNamed(word: Expr, shares: ReadonlyMap<Part, Share>, env: Env): Resolved<Part> {
  const option = exprText(word);
  const part = word.kind === "name" ? parts.find((name) => name === word.name) : undefined;
  const before = part === undefined ? undefined : shares.get(part);
  if (part !== undefined && before === undefined) return known(part);
  const reason =
    before === undefined
      ? { kind: "unknown" as const, ...suggest(env.session, option, word.span, parts, [...parts, "by order"]) }
      : { kind: "repeated" as const, first: before.expr.span };
  return report(env, { code: "NN003", span: word.span, owner: code("split"), option, word: "clause", reason });
}

function shareOf(part: Part, word: Expr, value: Expr | undefined, unit: Unit, env: Env): Resolved<number> {
  if (value === undefined)
    return report(env, { code: "NN010", span: word.span, owner: quoted(part), missing: { kind: "share", of: part } });
  const what = { kind: "share", of: part } as const;
  const read = evaluate(value, env);
  if (isUnresolved(read)) return read;
  const share = numberIn(read);
  if (share === undefined)
    return report(env, { code: "NN009", span: value.span, what, expected: "percentage", actual: shown(read) });
  if (unit === "rows" && Number.isSafeInteger(share) && share >= 0) return known(share);
  if (unit !== "rows" && share >= 0 && share <= 1) return known(share);
  if (unit === "rows")
    return report(env, { code: "NN007", span: value.span, what, is: { fact: { kind: "wholeRows" } } });
  const is = { actual: { kind: "code", text: exprText(value) }, range: "percentage" } as const;
  const text = `${share}%`;
  const fix = share > 1 && share <= 100 ? { fix: write(value.span, text, false) } : {};
  return report(env, { code: "NN007", span: value.span, what, is, ...fix });
}
