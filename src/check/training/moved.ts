// Clauses of other libraries whose value has its place elsewhere, in the optimizer; and those that say what is so anyway.

import type { Departure } from "../../diagnostics/catalogue/departures.ts";
import { leaveOut, moveInto, setApart, stopAfter } from "../../diagnostics/catalogue/fixes.ts";
import type { Fix } from "../../diagnostics/diagnostic.ts";
import { findOptimizer } from "../../ops/registry.ts";
import type { Clause, Dataset, Expr } from "../../syntax/ast.ts";
import { exprText } from "../say/words.ts";

/** Words of other libraries for options that optimizers have here. */
const optionNames: ReadonlyMap<string, string> = new Map([
  ["clip_norm", "clipnorm"],
  ["max_grad_norm", "clipnorm"],
  ["clip_grad_norm", "clipnorm"],
  ["accumulation_steps", "gradient_accumulation_steps"],
  ["accumulate_grad_batches", "gradient_accumulation_steps"],
]);
/** Words that name a place for files, which an option of the command would have to name. */
const places = new Set(["save", "save_path", "output"]);

/** Returns the fix that moves a clause to where its value belongs, or leaves it out if it says nothing new. */
export function movedClause(
  clause: Clause,
  all: readonly Clause[],
  departure: Departure | undefined,
  dataset?: Dataset,
): Fix | undefined {
  const { text: name } = clause.keyword;
  const [value, more] = clause.groups.flat();
  if (departure === "splits") return dataset === undefined ? undefined : asSplit(clause, value, dataset);
  if (departure === "callbacks") return asStopping(clause, value, more);
  const isTrue = value?.kind === "bool" && value.value;
  if (departure === "shuffle") return isTrue ? leaveOut(clause.span, name, true) : undefined;
  if (departure === "atTheCommand" || departure === "dtype")
    return places.has(name) ? undefined : leaveOut(clause.span, name, true);
  if (departure === "ownSteps") return leaveOut(clause.span, name, true);
  if (value === undefined || more !== undefined || value.kind !== "number") return undefined;
  const optimizer = all.find(({ keyword }) => keyword.text === "optimizer")?.groups[0]?.[0];
  if (optimizer === undefined) return undefined;
  if (departure === "optimizerRate") return withRate(clause, optimizer, exprText(value));
  return departure === "optimizerOption" ? withOption(clause, optimizer, name, exprText(value)) : undefined;
}

/** `validation_split 0.2` is a share of the data set; one that sets examples apart already needs no second. */
function asSplit({ keyword, span }: Clause, value: Expr | undefined, { clauses }: Dataset): Fix | undefined {
  const last = clauses.at(-1);
  const split = clauses.find((one) => one.keyword.text === "split");
  const validates = split?.kind === "clause" && /\bvalidation\b/.test(split.groups.flat().map(exprText).join(" "));
  if (validates) return leaveOut(span, keyword.text, true);
  const share = value?.kind === "number" ? Math.round(value.value * 100) : 0;
  if (split !== undefined || last === undefined || last.span.file !== span.file) return undefined;
  if (!/^(validation|val|valid)_split$/.test(keyword.text) || share < 1 || share > 99) return undefined;
  return setApart(span, { ...last.span, start: last.span.end }, share);
}

/** `callbacks [EarlyStopping(patience: 3)]` is the clause `early_stopping`. */
function asStopping(clause: Clause, value: Expr | undefined, more: Expr | undefined): Fix | undefined {
  const [only, others] = value?.kind === "list" ? value.items : [value, more];
  const patience = /^(?:\w+\.)*EarlyStopping\((?:monitor: "\w+", )?patience: (\d+)\)$/.exec(
    only === undefined ? "" : exprText(only),
  )?.[1];
  return patience === undefined || others !== undefined ? undefined : stopAfter(clause.span, patience);
}

/** The name of an optimizer and what it is given. */
function partsOf(
  optimizer: Expr,
): { readonly name: string; readonly given: number; readonly names: Set<string> } | undefined {
  if (optimizer.kind === "name") return { name: optimizer.name, given: 0, names: new Set() };
  if (optimizer.kind !== "call" || optimizer.callee.kind !== "name") return undefined;
  const names = new Set(optimizer.arguments.map(({ name }) => name?.text ?? "learning_rate"));
  return { name: optimizer.callee.name, given: optimizer.arguments.length, names };
}

function withRate(clause: Clause, optimizer: Expr, rate: string): Fix | undefined {
  const parts = partsOf(optimizer);
  if (parts === undefined) return undefined;
  // Of two rates, only the author knows the one that was meant.
  if (parts.names.has("learning_rate"))
    return leaveOut(clause.span, clause.keyword.text, optimizer.kind === "call" && hasRate(optimizer, Number(rate)));
  return parts.given === 0 ? moveInto(clause.span, optimizer.span, `${parts.name}(${rate})`) : undefined;
}

const hasRate = ({ arguments: given }: Extract<Expr, { kind: "call" }>, rate: number): boolean =>
  given.some(
    ({ name, value }) =>
      (name?.text ?? "learning_rate") === "learning_rate" && value.kind === "number" && value.value === rate,
  );

function withOption(clause: Clause, optimizer: Expr, word: string, value: string): Fix | undefined {
  const parts = partsOf(optimizer);
  const option = optionNames.get(word) ?? word;
  const def = parts === undefined ? undefined : findOptimizer(parts.name);
  if (parts === undefined || def?.options[option] === undefined || parts.names.has(option)) return undefined;
  const written = `${option}: ${value}`;
  if (parts.given === 0) return moveInto(clause.span, optimizer.span, `${parts.name}(${written})`);
  const end = { ...optimizer.span, start: optimizer.span.end - 1, end: optimizer.span.end };
  return moveInto(clause.span, end, `, ${written})`, written);
}
