// From an expression to the value of an option, by the option's kind: the one place that knows what `3x3`, `same` or
// `elu(alpha: 0.5)` mean to an operator.

import { write } from "../../diagnostics/catalogue/fixes.ts";
import type { OptionValue } from "../../ir/graph.ts";
import type { Definition, OptionKind } from "../../ops/definition.ts";
import {
  findActivation,
  findFunction,
  findInitializer,
  findLoss,
  findMetric,
  findOptimizer,
  findSchedule,
  findSource,
  namesOf,
} from "../../ops/registry.ts";
import type { Argument, Expr } from "../../syntax/ast.ts";
import { suggest } from "../say/suggest.ts";
import { exprText, isBatched } from "../say/words.ts";
import { type Env, largest, note, report } from "../state/environment.ts";
import { find } from "../state/scope.ts";
import { kindText, type Tensor, type Value } from "../state/values.ts";
import { evaluate } from "./evaluate.ts";
import { readOptions } from "./options.ts";

/** Stands for a value that is wrong (and reported) or not known yet. */
export const open: unique symbol = Symbol("open");
type Converted = OptionValue | typeof open;

interface Place {
  /** `units of Dense` */
  readonly what: string;
  readonly input?: Tensor | undefined;
}

export function convertOption(kind: OptionKind, expr: Expr, env: Env, place: Place): Converted {
  if (expr.kind === "hole") return open;
  switch (kind.kind) {
    case "choice":
      return convertChoice(kind.values, expr, env, place);
    case "activation":
      return convertNamed("activation", expr, env, place);
    case "initializer":
      return convertNamed("initializer", expr, env, place);
    case "rate":
      return convertRate(expr, env, place);
    case "axis":
      return convertAxis(expr, env, place);
    case "axes":
      return convertAxes(expr, env, place);
    case "numbers":
      return convertNumbers(expr, env, place);
    case "shape":
      return convertShape(expr, env, place);
    case "string":
      return convertString(expr, env, place);
    case "int":
    case "float":
    case "bool":
    case "size":
    case "padding":
      return convertValue(kind, evaluate(expr, env), expr, env, place);
  }
}

type Plain = Extract<OptionKind, { kind: "int" | "float" | "bool" | "size" | "padding" }>;

function convertValue(kind: Plain, value: Value, expr: Expr, env: Env, place: Place): Converted {
  if (value.kind === "unknown") return open;
  switch (kind.kind) {
    case "int":
      if (value.kind !== "int") return wrong(env, expr, place, "a whole number", value);
      return typeof value.size === "number" ? inRange(kind, value.size, expr, env, place) : open;
    case "float":
      if (value.kind === "int")
        return typeof value.size === "number" ? inRange(kind, value.size, expr, env, place) : open;
      return value.kind === "float"
        ? inRange(kind, value.value, expr, env, place)
        : wrong(env, expr, place, "a number", value);
    case "bool":
      return value.kind === "bool" ? value.value : wrong(env, expr, place, "true or false", value);
    case "size": {
      const sizes = listOf(value, kind.rank);
      if (sizes === undefined) return wrongSize(kind.rank, value, expr, env, place);
      if (sizes === open) return open;
      const low = sizes.find((size) => size < kind.min || size > largest);
      if (low !== undefined) return outOfRange(env, expr, place, String(low), `at least ${kind.min}`);
      return sizes;
    }
    case "padding":
      return convertPadding(kind.rank, value, expr, env, place);
  }
}

const sizeWanted = (rank: number): string =>
  rank === 1
    ? "a size"
    : `a number or a size of ${rank} axes, like ${Array.from({ length: rank }, () => "3").join("x")}`;

/** NN009, with `3x3` in the place of `(3, 3)`. */
function wrongSize(rank: number, value: Value, expr: Expr, env: Env, place: Place): typeof open {
  const numbers =
    expr.kind === "tuple"
      ? expr.items.flatMap((item) => (item.kind === "number" && item.isInteger ? [item.value] : []))
      : [];
  const fix =
    numbers.length === rank && value.kind === "tuple" && value.items.length === rank
      ? { fix: write(expr.span, numbers.join("x"), true) }
      : {};
  report(env, {
    code: "NN009",
    span: expr.span,
    what: place.what,
    expected: sizeWanted(rank),
    actual: kindText(value),
    ...fix,
  });
  return open;
}

function wrong(env: Env, expr: Expr, place: Place, expected: string, value: Value): typeof open {
  const help = value.kind === "tensor" ? { help: "tensors come through the pipe: x -> …" } : {};
  report(env, { code: "NN009", span: expr.span, what: place.what, expected, actual: kindText(value), ...help });
  return open;
}

/** Where a name is wanted; nothing is evaluated, since its names may mean nothing. */
function misnamed(env: Env, expr: Expr, place: Place, expected: string): typeof open {
  report(env, { code: "NN009", span: expr.span, what: place.what, expected, actual: exprText(expr) });
  return open;
}

function outOfRange(env: Env, expr: Expr, place: Place, actual: string, range: string): typeof open {
  report(env, { code: "NN007", span: expr.span, what: place.what, is: { actual, range } });
  return open;
}

function inRange(
  kind: Extract<OptionKind, { kind: "int" | "float" }>,
  value: number,
  expr: Expr,
  env: Env,
  place: Place,
): Converted {
  const { min, max } = kind;
  const openMin = kind.kind === "float" && kind.openMin === true;
  const openMax = kind.kind === "float" && kind.openMax === true;
  const low = min !== undefined && (openMin ? value <= min : value < min);
  const high = max !== undefined && (openMax ? value >= max : value > max);
  if (!low && !high && Math.abs(value) <= (kind.kind === "int" ? largest : Number.MAX_VALUE)) return value;
  const bounds = [
    ...(min === undefined ? [] : [openMin ? `above ${min}` : `at least ${min}`]),
    ...(max === undefined ? [] : [openMax ? `below ${max}` : `at most ${max}`]),
  ];
  return outOfRange(env, expr, place, String(value), bounds.join(" and ") || "at most 2^53");
}

/** A number, size or list as `rank` numbers; undefined where it is none of these or of another length. */
function listOf(value: Value, rank: number): readonly number[] | typeof open | undefined {
  if (value.kind === "int") return typeof value.size === "number" ? new Array<number>(rank).fill(value.size) : open;
  if (value.kind === "size") return value.values.length === rank ? value.values : undefined;
  if (value.kind !== "list" || value.items.length !== rank) return undefined;
  const numbers: number[] = [];
  for (const item of value.items) {
    if (item.kind === "unknown") return open;
    if (item.kind !== "int") return undefined;
    if (typeof item.size !== "number") return open;
    numbers.push(item.size);
  }
  return numbers;
}

function convertPadding(rank: number, value: Value, expr: Expr, env: Env, place: Place): Converted {
  const wanted = rank === 1 ? "1 or [1, 2]" : "1, [1, 2] or [[1, 0], [2, 1]]";
  const pairs = (items: readonly Value[]): readonly number[] | typeof open | undefined => {
    const parts = items.map((item) => listOf(item, 2));
    if (parts.includes(undefined)) return undefined;
    return parts.includes(open) ? open : parts.flatMap((part) => (typeof part === "object" ? part : []));
  };
  const whole = (): readonly number[] | typeof open | undefined => {
    if (value.kind === "list" && rank === 1 && value.items.length === 2) return listOf(value, 2);
    if (value.kind === "list" && value.items.length === rank) return pairs(value.items);
    const sizes = listOf(value, rank);
    return typeof sizes === "object" ? sizes.flatMap((size) => [size, size]) : sizes;
  };
  const amounts = whole();
  if (amounts === undefined) return wrong(env, expr, place, wanted, value);
  if (amounts === open) return open;
  const low = amounts.find((amount) => amount < 0 || amount > largest);
  return low === undefined ? amounts : outOfRange(env, expr, place, String(low), "at least 0");
}

function convertNumbers(expr: Expr, env: Env, place: Place): Converted {
  if (expr.kind !== "list") return misnamed(env, expr, place, "a list of numbers, like [0.1, 0.01]");
  const items = expr.items.map((item) => convertOption({ kind: "float" }, item, env, place));
  return items.includes(open) ? open : items.filter((item) => typeof item === "number");
}

function convertShape(expr: Expr, env: Env, place: Place): Converted {
  if (expr.kind === "size") return expr.values;
  const items = expr.kind === "list" ? expr.items : [expr];
  const sizes: number[] = [];
  for (const item of items) {
    if (item.kind === "placeholder") {
      sizes.push(-1);
      continue;
    }
    const value = evaluate(item, env);
    if (value.kind === "size" && items.length === 1) return value.values;
    if (value.kind === "unknown" || (value.kind === "int" && typeof value.size !== "number")) return open;
    if (value.kind !== "int" || typeof value.size !== "number")
      return wrong(env, item, place, "a list of sizes, like [4, 4, 16]", value);
    if (value.size < 1 && value.size !== -1)
      return outOfRange(env, item, place, String(value.size), "at least 1, or _");
    sizes.push(value.size);
  }
  if (sizes.filter((size) => size === -1).length > 1)
    return outOfRange(env, expr, place, "open at two axes", "open, `_`, at one axis at most");
  return sizes;
}

function convertChoice(values: readonly string[], expr: Expr, env: Env, place: Place): Converted {
  const word = wordOf(expr, env);
  if (word === open) return open;
  if (word === undefined) return misnamed(env, expr, place, `one of ${values.join(", ")}`);
  if (values.includes(word)) return word;
  const near = suggest(env.session, word, expr.span, values);
  // A parameter's word is written elsewhere.
  const own = expr.kind === "string" || (expr.kind === "name" && expr.name === word);
  const fix = near.fix === undefined || !own ? {} : { fix: near.fix };
  const is = { actual: `'${word}'`, range: `one of ${values.join(", ")}` };
  report(env, { code: "NN007", span: expr.span, what: place.what, is, ...fix });
  return open;
}

/** The word an expression stands for: a bare one, a string, or that of a parameter. */
function wordOf(expr: Expr, env: Env): string | typeof open | undefined {
  if (expr.kind === "string") return expr.value;
  if (expr.kind !== "name") return undefined;
  const bound = find(env.scope, expr.name);
  const value = bound?.value ?? (env.file.names.get(expr.name)?.kind === "const" ? evaluate(expr, env) : undefined);
  if (value === undefined) return expr.name;
  if (value.kind === "unknown") return open;
  if (value.kind === "choice") return value.name;
  return value.kind === "string" ? value.value : undefined;
}

function convertString(expr: Expr, env: Env, place: Place): Converted {
  const value = evaluate(expr, env);
  if (value.kind === "unknown") return open;
  return value.kind === "string" ? value.value : wrong(env, expr, place, 'a string, like "stem"', value);
}

const activations = (): readonly string[] => namesOf("function").filter((name) => findActivation(name) !== undefined);

/** What may be used by a name with options, and where it is looked up. */
const tiers = {
  activation: { find: findActivation, names: activations },
  initializer: { find: findInitializer, names: () => namesOf("initializer") },
  schedule: { find: findSchedule, names: () => namesOf("schedule") },
  loss: { find: findLoss, names: () => namesOf("loss") },
  metric: { find: findMetric, names: () => namesOf("metric") },
  optimizer: { find: findOptimizer, names: () => namesOf("optimizer") },
  source: { find: findSource, names: () => namesOf("source") },
};
export type UsedTier = keyof typeof tiers;

/** Of these there are few: all are listed where none is near. */
const short: ReadonlySet<UsedTier> = new Set(["loss", "metric", "optimizer", "source", "schedule"]);

/** Lower-case names, those that hold the word first: `crossentropy` is the end of several. */
function alike(word: string, names: readonly string[]): readonly string[] {
  const plain = names.filter((name) => !/[A-Z]/.test(name));
  const holds = plain.filter((name) => name.includes(word.toLowerCase()));
  return holds.length > 0 ? holds : plain;
}

/** A definition by name, bare or with options; `name` from a parameter that holds a layer or a word. */
export function convertNamed(tier: UsedTier, expr: Expr, env: Env, place: Place): Converted {
  const used = useOf(expr, env);
  if (used === open) return open;
  if (used === undefined) return misnamed(env, expr, place, `the name of ${/^[aio]/.test(tier) ? "an" : "a"} ${tier}`);
  if (used.name === "none" && tier === "activation") return undefined;
  const def: Definition | undefined = tiers[tier].find(used.name);
  if (def === undefined) {
    const plain = tier === "activation" && findFunction(used.name) !== undefined;
    if (plain) return wrongFunction(env, expr, place, used.name);
    const span = expr.kind === "call" ? expr.callee.span : expr.span;
    const names = tiers[tier].names();
    const near = suggest(env.session, used.name, span, names, short.has(tier) ? alike(used.name, names) : []);
    report(env, { code: "NN002", span, what: tier, name: used.name, ...near });
    return open;
  }
  note(env.session, {
    kind: "reference",
    span: expr.kind === "call" ? expr.callee.span : expr.span,
    name: used.name,
    op: def.name,
    doc: def.summary,
  });
  const given = readOptions(def, used.arguments, used.env, expr.span);
  return given === undefined ? open : { name: def.name, options: given.options };
}

function wrongFunction(env: Env, expr: Expr, place: Place, name: string): typeof open {
  report(env, {
    code: "NN009",
    span: expr.span,
    what: place.what,
    expected: "an activation",
    actual: `the function '${name}'`,
  });
  return open;
}

interface NamedUse {
  readonly name: string;
  readonly arguments: readonly Argument[];
  readonly env: Env;
}

function useOf(expr: Expr, env: Env): NamedUse | typeof open | undefined {
  if (expr.kind === "call" && expr.callee.kind === "name")
    return { name: expr.callee.name, arguments: expr.arguments, env };
  if (expr.kind === "string") return { name: expr.value, arguments: [], env };
  if (expr.kind !== "name") return undefined;
  const bound = find(env.scope, expr.name);
  if (bound === undefined && env.file.names.get(expr.name)?.kind !== "const")
    return { name: expr.name, arguments: [], env };
  const value = bound?.value ?? evaluate(expr, env);
  if (value.kind === "unknown") return open;
  if (value.kind === "choice") return { name: value.name, arguments: [], env };
  if (value.kind === "string") return { name: value.value, arguments: [], env };
  if (value.kind !== "layer" || value.layer.of.kind !== "op") return undefined;
  return { name: value.layer.of.def.name, arguments: value.layer.arguments, env: value.layer.env };
}

function convertRate(expr: Expr, env: Env, place: Place): Converted {
  const schedule = expr.kind === "call" || (expr.kind === "name" && findSchedule(expr.name) !== undefined);
  if (schedule) return convertNamed("schedule", expr, env, place);
  return convertValue({ kind: "float", min: 0 }, evaluate(expr, env), expr, env, place);
}

/** An axis by number, from 1 or from the end, or by the name a signature gives it. */
function convertAxis(expr: Expr, env: Env, place: Place): Converted {
  const { input } = place;
  if (expr.kind === "name") {
    const at = input?.axes?.indexOf(expr.name) ?? -1;
    if (at >= 0) return at + 1;
  }
  const value = evaluate(expr, env);
  if (value.kind === "unknown" || (value.kind === "int" && typeof value.size !== "number")) return open;
  if (value.kind !== "int" || typeof value.size !== "number")
    return wrong(env, expr, place, "an axis: 1 for the first, -1 for the last, or its name", value);
  if (value.size === 0) return outOfRange(env, expr, place, "0, the batch", "1 for the first axis, or -1 for the last");
  // Values without a batch axis count from 0 in the record.
  return input !== undefined && value.size > 0 && !isBatched(input.type) ? value.size - 1 : value.size;
}

function convertAxes(expr: Expr, env: Env, place: Place): Converted {
  const items = expr.kind === "list" || expr.kind === "tuple" ? expr.items : [expr];
  const axes = items.map((item) => convertAxis(item, env, place));
  return axes.includes(open) ? open : axes.filter((axis) => typeof axis === "number");
}
