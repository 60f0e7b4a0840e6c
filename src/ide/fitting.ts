// Which layers take the value at a place, and what they make of it: completion offers these first.

import type { LangType } from "../check/model.ts";
import { graphType } from "../check/model.ts";
import { statementsIn } from "../check/program/walk.ts";
import { tensorText } from "../check/say/words.ts";
import type { OptionValue } from "../ir/graph.ts";
import { callContext, inputsInOrder } from "../ops/call.ts";
import type { OpDef, OptionDef } from "../ops/definition.ts";
import { findOperator } from "../ops/registry.ts";
import type { Body, Statement } from "../syntax/ast.ts";
import { asKinded, pathAt } from "./locate.ts";
import { occurrences } from "./names.ts";
import { openProgram, type Snapshot } from "./snapshot.ts";

/** Returns the value that a layer at `offset` would get; undefined if nobody knows it. */
export function incoming(snapshot: Snapshot, file: string, offset: number): LangType | undefined {
  const text = snapshot.texts.get(file) ?? "";
  const arrow = /\s*->\s*\w*$/.exec(text.slice(0, offset));
  if (arrow !== null) return beforeArrow(snapshot, file, text, { start: arrow.index, end: offset });
  const [around] = pathAt(snapshot.files.get(file), offset).map(asKinded);
  if (around?.kind !== "block" && around?.kind !== "model") return undefined;
  const before = valueBefore(snapshot, around.body, offset);
  if (before !== undefined) return before;
  const inputs = around.parameters.flatMap(({ name }) => snapshot.shapeAt(name.span)?.output ?? []);
  return inputs.length === 1 ? inputs[0] : undefined;
}

/** Returns the value that ends at an arrow. A pipe without its last stage has no meaning, so it is read without the arrow. */
function beforeArrow(
  { entry, texts, schemas, memory }: Snapshot,
  file: string,
  text: string,
  { start, end }: { readonly start: number; readonly end: number },
): LangType | undefined {
  const without = new Map(texts).set(file, text.slice(0, start) + text.slice(end));
  const snapshot = openProgram({ entry, texts: without, schemas }, memory);
  for (const fact of snapshot.program.facts)
    if (fact.kind === "shape" && fact.span.file === file && fact.span.end === start && fact.more === undefined)
      return fact.output;
  const name = occurrences(snapshot)
    .get(file)
    ?.find(({ span }) => span.end === start);
  return name && snapshot.shapeAt(name.declared)?.output;
}

/** Returns the last value that ends before the place, in the innermost body around it. */
function valueBefore(snapshot: Snapshot, body: Body, offset: number): LangType | undefined {
  const bodies = [body, ...innerBodies(body)].filter(({ span }) => span.start < offset && offset <= span.end);
  const innermost = bodies.toSorted((a, b) => a.span.end - a.span.start - (b.span.end - b.span.start))[0] ?? body;
  const { start } = innermost.span;
  let found: { readonly end: number; readonly type: LangType } | undefined;
  for (const fact of snapshot.program.facts) {
    if (fact.kind !== "shape" || fact.span.file !== body.span.file || fact.more !== undefined) continue;
    const { span } = fact;
    if (span.start <= start || span.end > offset || (found !== undefined && span.end < found.end)) continue;
    // A `let` names a value and leaves the current one alone.
    const statement = innermost.statements.find((one) => one.span.start <= span.start && span.end <= one.span.end);
    const flows = statement?.kind === "expression" && statement.span.end === span.end;
    if (flows) found = { end: span.end, type: fact.output };
  }
  return found?.type;
}

const innerBodies = (body: Body): readonly Body[] =>
  body.statements.flatMap((statement) => {
    const values = statement.value === undefined ? [] : statementsIn(statement.value);
    return values.length === 0 ? [] : bodiesOf(statement);
  });

function bodiesOf(statement: Statement): readonly Body[] {
  const found: Body[] = [];
  const open: object[] = statement.value === undefined ? [] : [statement.value];
  for (let node = open.pop(); node !== undefined; node = open.pop())
    for (const child of Object.values(node)) {
      if (typeof child !== "object" || child === null) continue;
      if ("statements" in child && "span" in child) found.push(child as Body);
      open.push(child);
    }
  return found;
}

export interface Fit {
  /** The shape that it makes, where its options leave no choice: `576`. */
  readonly shape?: string;
}

/** Returns whether a layer or function takes one such value, with small numbers for the options that it must have. */
export function fitOf(def: OpDef, type: LangType): Fit | undefined {
  const needed = inputsInOrder(def.inputs).filter(({ optional }) => optional !== true);
  if (needed.length !== 1) return undefined;
  const options: Record<string, OptionValue> = {};
  let free = true;
  for (const [name, option] of Object.entries(def.options)) {
    if ("default" in option || option.optional === true) {
      options[name] = option.default;
      continue;
    }
    const value = smallest(option);
    if (value === undefined) return undefined;
    options[name] = value;
    free = false;
  }
  const input = graphType(type);
  const made = def.shape([input], options, callContext(def, [input], undefined, findOperator));
  if ("bad" in made) return undefined;
  return free ? { shape: tensorText(made.ok) } : {};
}

/** Returns a value for an option that must be given; undefined for kinds whose values depend on more. */
function smallest({ type }: OptionDef): OptionValue {
  switch (type.kind) {
    case "int":
      return Math.max(type.min ?? 1, 1);
    case "float":
      return type.openMin === true ? (type.min ?? 0) + 0.1 : (type.min ?? 0.1);
    case "size":
      return Array.from({ length: type.rank }, () => Math.max(type.min, 1));
    case "bool":
      return false;
    case "choice":
      return type.values[0];
    case "padding":
    case "shape":
    case "axis":
    case "axes":
    case "numbers":
    case "activation":
    case "initializer":
    case "regularizer":
    case "constraint":
    case "rate":
    case "layer":
    case "string":
    case "strings":
      return undefined;
  }
}
