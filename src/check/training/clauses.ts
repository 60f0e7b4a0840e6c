// The clauses of a training or of one of its steps: finds them by name, and reads their values.

import type { Span } from "../../base/span.ts";
import { startNewLine } from "../../diagnostics/catalogue/fixes.ts";
import { quoted, type Subject } from "../../diagnostics/catalogue/phrases.ts";
import type { Clause, Dataset, Expr } from "../../syntax/ast.ts";
import { nearest } from "../say/nearest.ts";
import { report } from "../say/report.ts";
import { exprText } from "../say/words.ts";
import type { Env } from "../state/environment.ts";
import { broken, known, type Resolved } from "../state/resolved.ts";
import { oneOfBoth } from "./begin.ts";
import { repeatedClause, unknownClause } from "./datasets.ts";
import { movedClause } from "./moved.ts";

/** The clauses between a pair of braces. */
export interface Clauses {
  readonly owner: Subject;
  /** The name of the owner, where a missing clause is reported. */
  readonly place: Span;
  /** The words that begin a clause here. */
  readonly words: readonly string[];
  readonly all: readonly Clause[];
  readonly byName: ReadonlyMap<string, Clause>;
}

/** Finds clauses by their words; reports unknown and repeated ones. */
export function readClauses(
  all: readonly Clause[],
  { owner, place, words, dataset }: Pick<Clauses, "owner" | "place" | "words"> & { readonly dataset?: Dataset },
  env: Env,
): Clauses {
  const byName = new Map<string, Clause>();
  for (const clause of all) {
    const name = clause.keyword.text;
    const before = byName.get(name);
    if (!words.includes(name))
      unknownClause(env, owner, clause, words, (departure) => movedClause(clause, all, departure, dataset), all);
    else if (before === undefined) byName.set(name, clause);
    else {
      const both = name === "weights" ? oneOfBoth(before, clause) : undefined;
      if (both === undefined) repeatedClause(env, owner, clause, before.keyword.span);
      else byName.set(name, both);
    }
  }
  return { owner, place, words, all, byName };
}

const isClauseWord = (expr: Expr, words: readonly string[]): boolean =>
  expr.kind === "name" && !expr.quoted && words.includes(expr.name);

/** Whether a clause exists, but is misspelt or follows another on the same line: its own place gets that report. */
const meantElsewhere = ({ all, words }: Clauses, name: string): boolean =>
  all.some(
    ({ keyword, groups }) =>
      (!words.includes(keyword.text) && nearest(keyword.text, words).sure === name) ||
      groups.flat().some((expr) => isClauseWord(expr, words) && exprText(expr) === name),
  );

/** Returns the only value of a clause. */
export function only(clause: Clause, { words }: Pick<Clauses, "words">, env: Env, what: Subject): Resolved<Expr> {
  const [first, second] = clause.groups.flat();
  const { text, span } = clause.keyword;
  if (first === undefined) return report(env, { code: "NN010", span, owner: quoted(text), missing: "value" });
  if (second === undefined) return known(first);
  const between = { ...first.span, start: first.span.end, end: second.span.start };
  const advice = isClauseWord(second, words) ? { advice: "ownLine" as const, fix: startNewLine(between) } : {};
  const actual = { kind: "code", text: exprText(second) } as const;
  return report(env, {
    code: "NN009",
    span: second.span,
    what,
    expected: { kind: "values", count: 1 },
    actual,
    ...advice,
  });
}

/** Returns the value of a clause that must be there; reports NN010 if there is no such clause. */
export function needed(name: "loss" | "optimizer", clauses: Clauses, env: Env): Resolved<Expr> {
  const clause = clauses.byName.get(name);
  if (clause !== undefined) return only(clause, clauses, env, name);
  if (meantElsewhere(clauses, name)) return broken;
  const { place: span, owner } = clauses;
  return report(env, { code: "NN010", span, owner, missing: { kind: "clause", name } });
}
