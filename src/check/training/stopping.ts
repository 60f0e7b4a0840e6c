// The clauses `early_stopping validation.loss patience 5 restore best` and `checkpoint best validation.accuracy`: which result tells
// the best weights, and when a training ends for want of better ones.

import type { Span } from "../../base/span.ts";
import type { Fact } from "../../diagnostics/catalogue/advice.ts";
import { putBefore, write } from "../../diagnostics/catalogue/fixes.ts";
import { atLeast, quoted } from "../../diagnostics/catalogue/phrases.ts";
import { findMetric } from "../../ops/registry.ts";
import type { Clause, Expr } from "../../syntax/ast.ts";
import { evaluate, numberIn } from "../evaluate/index.ts";
import type { CheckedDataset, CheckedTraining, Stopping } from "../model.ts";
import { report, unread } from "../say/report.ts";
import { type Suggestion, suggest } from "../say/suggest.ts";
import { exprText } from "../say/words.ts";
import type { Env } from "../state/environment.ts";
import { isUnresolved, known, type Resolved, type Unresolved } from "../state/resolved.ts";
import { shown } from "../state/values.ts";
import { isListed, reportNames } from "./monitors.ts";
import type { Pairing } from "./pairing.ts";

/** The clauses and what may stand in each, apart from the result. */
const settings = { early_stopping: ["patience", "min_delta", "start", "restore"], checkpoint: ["best"] } as const;
export const stoppingClauses = ["early_stopping", "checkpoint"] as const;
type StoppingClause = (typeof stoppingClauses)[number];

interface Written {
  monitor?: { readonly name: string; readonly part: Stopping["part"] | undefined; readonly span: Span };
  readonly numbers: Map<string, number>;
  restore: boolean;
}

/** Returns what the clauses ask for; undefined without any. */
export function readStopping(
  clauses: ReadonlyMap<string, Clause>,
  training: Pick<CheckedTraining, "steps" | "metrics">,
  pairing: Pairing,
): Resolved<Stopping | undefined> {
  const found = stoppingClauses.flatMap((name) => {
    const clause = clauses.get(name);
    return clause === undefined ? [] : [{ name, clause }];
  });
  let stopping: Stopping | undefined;
  for (const { name, clause } of found) {
    const read = readWords(name, clause, pairing.env);
    if (isUnresolved(read)) return read;
    const made = stoppingOf(name, clause, read.value, training, pairing);
    if (isUnresolved(made)) return made;
    const before: Stopping | undefined = stopping;
    // Both clauses are about one result: the best weights are those that stopping looks for.
    stopping = before === undefined ? made.value : { ...before, restore: before.restore || made.value.restore };
  }
  return known(stopping);
}

function readWords(name: StoppingClause, clause: Clause, env: Env): Resolved<Written> {
  const written: Written = { numbers: new Map(), restore: name === "checkpoint" };
  const words = clause.groups.flat();
  const allowed: readonly string[] = settings[name];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as Expr;
    if (word.kind === "hole") return unread(env, clause.span);
    const text = word.kind === "name" ? word.name : "";
    if (text === "best" && name === "checkpoint") continue;
    if (text === "restore" && name === "early_stopping") {
      const next = words[i + 1];
      if (next?.kind === "name" && next.name === "best") i++;
      written.restore = true;
    } else if (allowed.includes(text)) {
      const value = numberAfter(text, word.span, words[++i], env);
      if (isUnresolved(value)) return value;
      written.numbers.set(text, value.value);
    } else {
      const monitor = monitorIn(word);
      if (monitor === undefined || written.monitor !== undefined) return unknownWord(name, word, env);
      written.monitor = { ...monitor, span: word.span };
    }
  }
  return known(written);
}

/** Reads `validation.loss`, `train.accuracy`, `val_loss` or `loss`. */
function monitorIn(word: Expr): { readonly name: string; readonly part: Stopping["part"] | undefined } | undefined {
  if (word.kind === "name")
    return word.name.startsWith("val_")
      ? { name: word.name.slice("val_".length), part: "validation" }
      : { name: word.name, part: undefined };
  if (word.kind !== "member" || word.object.kind !== "name") return undefined;
  const { name: part } = word.object;
  return part === "validation" || part === "train" ? { name: word.property.text, part } : undefined;
}

function numberAfter(word: string, span: Span, expr: Expr | undefined, env: Env): Resolved<number> {
  if (expr === undefined) return report(env, { code: "NN010", span, owner: quoted(word), missing: "value" });
  const value = evaluate(expr, env);
  if (isUnresolved(value)) return value;
  const number = numberIn(value);
  const whole = word === "patience" || word === "start";
  if (number === undefined || (whole && !Number.isInteger(number)))
    return report(env, {
      code: "NN009",
      span: expr.span,
      what: quoted(word),
      expected: whole ? "integer" : "number",
      actual: shown(value),
    });
  if (number >= 0) return known(number);
  const is = { actual: { kind: "code", text: exprText(expr) }, range: atLeast(0) } as const;
  return report(env, { code: "NN007", span: expr.span, what: quoted(word), is });
}

function unknownWord(name: StoppingClause, word: Expr, env: Env): Unresolved {
  const allowed = [...settings[name]];
  const option = exprText(word);
  // `early_stopping 3` can only mean how long it waits; a place for weights is an option of the command.
  const found: Suggestion =
    name === "early_stopping" && word.kind === "number"
      ? { nearest: [], fix: putBefore(word.span, "patience ", option) }
      : name === "checkpoint" && word.kind === "string"
        ? { nearest: [], departure: "atTheCommand", fix: write(word.span, "best", true) }
        : suggest(env.session, option, word.span, allowed, allowed);
  const reason = { kind: "unknown" as const, ...found };
  return report(env, { code: "NN003", span: word.span, owner: quoted(name), option, word: "option", reason });
}

function stoppingOf(
  clause: StoppingClause,
  { keyword }: Clause,
  { monitor, numbers, restore }: Written,
  training: Pick<CheckedTraining, "steps" | "metrics">,
  pairing: Pairing,
): Resolved<Stopping> {
  const { env, dataset } = pairing;
  const names = reportNames(training);
  const losses = names.steps.flatMap(({ sum, terms }) => [sum, ...terms]).filter((each) => each !== undefined);
  const all = ["loss", ...losses, ...names.metrics];
  const validates = validatesWith(dataset);
  const span = monitor?.span ?? keyword.span;
  const what = quoted(clause);
  const tell = (fact: Fact): Unresolved => report(env, { code: "NN007", span, what, is: { fact } });
  const name = monitor?.name ?? "loss";
  if (!all.includes(name)) {
    const is = { actual: { kind: "quoted", text: name }, range: { kind: "oneOf", words: all } } as const;
    return report(env, { code: "NN007", span, what, is });
  }
  const part = monitor?.part ?? (validates ? "validation" : "train");
  if (part === "validation" && !validates) return tell({ kind: "unvalidated", dataset: dataset.name });
  const metric = training.metrics[names.metrics.indexOf(name)];
  if (metric !== undefined && isListed(metric, pairing)) return tell({ kind: "listed", metric: name });
  const higherIsBetter = metric === undefined ? false : findMetric(metric.name)?.higherIsBetter === true;
  const patience = clause === "early_stopping" ? (numbers.get("patience") ?? 0) : undefined;
  return known({
    ...{ name, part, higherIsBetter, restore },
    ...(patience === undefined ? {} : { patience }),
    minDelta: numbers.get("min_delta") ?? 0,
    start: numbers.get("start") ?? 0,
  });
}

const validatesWith = ({ split }: CheckedDataset): boolean => split.validation > 0;
