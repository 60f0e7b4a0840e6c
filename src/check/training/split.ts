// The `split` clause of a data set: shares of the source's training part, and the order they are taken in.

import type { Clause, Expr } from "../../syntax/ast.ts";
import { numberIn } from "../evaluate/arithmetic.ts";
import { evaluate } from "../evaluate/evaluate.ts";
import type { CheckedDataset } from "../model.ts";
import { suggest } from "../say/suggest.ts";
import { exprText } from "../say/words.ts";
import { type Env, report } from "../state/environment.ts";
import { kindText } from "../state/values.ts";

type Split = CheckedDataset["split"];
export const defaultSplit: Split = { train: 1, validation: 0, test: 0, order: "random" };
const parts = ["train", "validation", "test"] as const;
type Part = (typeof parts)[number];

/**
 * `split train 90%, validation 10%, by order`; undefined after a report. `tested`: the source, where it has a test part of
 * its own, which is the test set.
 */
export function readSplit(clause: Clause, env: Env, tested?: string): Split | undefined {
  const shares = new Map<Part, { readonly share: number; readonly expr: Expr }>();
  let order: Split["order"] = "random";
  let whole = true;
  for (const group of clause.groups) {
    let rest = [...group];
    while (rest.length > 0) {
      const [word, value, ...more] = rest;
      rest = more;
      if (word === undefined || word.kind === "hole" || value?.kind === "hole") {
        env.model.broken = true;
        return undefined;
      }
      if (word.kind === "name" && word.name === "by") {
        const by = readOrder(value ?? word, env);
        if (by === undefined) whole = false;
        else order = by;
      } else if (!readShare(word, value, shares, env)) whole = false;
    }
  }
  if (!whole) return undefined;
  const sum = [...shares.values()].reduce((total, { share }) => total + share, 0);
  if (sum > 1 + 1e-9) {
    const actual = `${Number((sum * 100).toFixed(6))}% together`;
    report(env, { code: "NN007", span: clause.span, what: "the split", is: { actual, range: "at most 100%" } });
    return undefined;
  }
  const train = shares.get("train");
  if (train === undefined || train.share === 0) {
    const fact = "it leaves nothing to train on";
    const help = "the share of training is written too: split train 90%, validation 10%";
    report(env, { code: "NN007", span: train?.expr.span ?? clause.span, what: "the split", is: { fact }, help });
    return undefined;
  }
  const test = shares.get("test");
  if (tested !== undefined && test !== undefined && test.share > 0) {
    const fact = `${tested} has a test part of its own, which is the test set`;
    const help = "split divides the training part: split train 90%, validation 10%";
    report(env, { code: "NN007", span: test.expr.span, what: "the share of 'test'", is: { fact }, help });
    return undefined;
  }
  const share = (part: Part): number => shares.get(part)?.share ?? 0;
  return { train: share("train"), validation: share("validation"), test: share("test"), order };
}

function readOrder(expr: Expr, env: Env): Split["order"] | undefined {
  if (expr.kind === "name" && expr.name === "order") return "order";
  report(env, {
    code: "NN009",
    span: expr.span,
    what: "'split … by'",
    expected: "the word 'order'",
    actual: exprText(expr),
  });
  return undefined;
}

function readShare(
  word: Expr,
  value: Expr | undefined,
  shares: Map<Part, { readonly share: number; readonly expr: Expr }>,
  env: Env,
): boolean {
  const part = word.kind === "name" ? parts.find((name) => name === word.name) : undefined;
  if (part === undefined) {
    const option = exprText(word);
    const near = suggest(env.session, option, word.span, parts, [...parts, "by order"]);
    const reason = { kind: "unknown" as const, ...near };
    report(env, { code: "NN003", span: word.span, owner: "split", option, word: "clause", reason });
    return false;
  }
  const before = shares.get(part);
  if (before !== undefined) {
    const reason = { kind: "repeated" as const, first: before.expr.span };
    report(env, { code: "NN003", span: word.span, owner: "split", option: part, word: "clause", reason });
    return false;
  }
  if (value === undefined) {
    report(env, { code: "NN010", span: word.span, owner: `'${part}'`, missing: `its share: ${part} 10%` });
    return false;
  }
  const read = evaluate(value, env);
  const share = numberIn(read);
  if (share === undefined) {
    if (read.kind !== "unknown")
      report(env, {
        code: "NN009",
        span: value.span,
        what: `the share of '${part}'`,
        expected: "a percentage",
        actual: kindText(read),
      });
    return false;
  }
  if (share < 0 || share > 1) {
    const actual = exprText(value);
    report(env, {
      code: "NN007",
      span: value.span,
      what: `the share of '${part}'`,
      is: { actual, range: "from 0% to 100%" },
    });
    return false;
  }
  shares.set(part, { share, expr: word });
  return true;
}
