// Statements and values as other languages write them: `const h = …` in a body, `a if c else b`, `Dense({units: 3})`. Reads the tokens
// line by line, reports each once, with the same said here, and hands on tokens that the parser can read.

import type { IToken } from "./chevrotain.ts";
import { foreignClause, foreignDeclaration, foreignStatement } from "./foreignLines.ts";
import { foreignValue } from "./foreignValues.ts";
import { problemList } from "./problem.ts";
import { isCloser, isOpener, type Look, type Place, placeOf, type Reading, type Where } from "./rows.ts";
import { Newline } from "./tokens.ts";

const lineRules = { top: foreignDeclaration, body: foreignStatement, clauses: foreignClause, value: () => undefined };

/** Reads what is written as elsewhere, if it leaves no doubt. Brackets must match. */
export function readIdioms(text: string, tokens: readonly IToken[]): Reading {
  const out: IToken[] = [];
  const problems = problemList();
  const stack: Where[] = [];
  const unread: Place[] = [];
  let holds: Where = "body";
  const track = (token: IToken): void => {
    const around = stack.at(-1) ?? "top";
    if (isOpener(token)) stack.push(token.image === "{" ? (around === "top" ? holds : around) : "value");
    else if (isCloser(token)) stack.pop();
  };
  for (let at = 0; at < tokens.length; ) {
    const token = tokens[at];
    if (token === undefined) break;
    const where = stack.at(-1) ?? "top";
    const previous = out.at(-1);
    const begins = previous === undefined || previous.tokenType === Newline || previous.image === "{";
    if (begins && where === "top") holds = /^(train|dataset)$/.test(token.image) ? "clauses" : "body";
    const look: Look = { text, tokens, at, before: out, where, inBody: stack.includes("body") };
    const found =
      (begins || (where === "top" && token.image === "@") ? lineRules[where](look) : undefined) ?? foreignValue(look);
    if (found !== undefined) {
      for (const taken of out.splice(out.length - (found.back ?? 0)).reverse()) if (isOpener(taken)) stack.pop();
      for (const put of found.tokens) track(put);
      out.push(...found.tokens);
      problems.push(found.problem);
      const whole = placeOf(tokens, at, at + found.used);
      unread.push({ ...whole, start: Math.min(whole.start, found.problem.start) });
      at += found.used;
      continue;
    }
    track(token);
    out.push(token);
    at++;
  }
  return { tokens: out, problems: problems.items, unread };
}
