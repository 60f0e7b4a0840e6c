// Converts an expression to the value of an option, by the option's kind: only this file knows the meaning of `3x3`,
// `same` or `elu(alpha: 0.5)` for an operator.

import type { Advice } from "../../diagnostics/catalogue/advice.ts";
import { write } from "../../diagnostics/catalogue/fixes.ts";
import {
  type Actual,
  atLeast,
  atMost,
  type Expectation,
  type Range,
  type Subject,
} from "../../diagnostics/catalogue/phrases.ts";
import type { Fix } from "../../diagnostics/diagnostic.ts";
import type { OptionValue } from "../../ir/graph.ts";
import type { Definition, OptionKind } from "../../ops/definition.ts";
import { activitiesOf } from "../../ops/governed.ts";
import {
  findActivation,
  findConstraint,
  findFunction,
  findInitializer,
  findLoss,
  findMetric,
  findOptimizer,
  findRegularizer,
  findSchedule,
  findSource,
  namesOf,
} from "../../ops/registry.ts";
import { openTemplate } from "../../ops/template.ts";
import type { Argument, Expr } from "../../syntax/ast.ts";
import { hasHabits } from "../say/habits.ts";
import { isPlanned } from "../say/planned.ts";
import { report, unread } from "../say/report.ts";
import { mostListed, suggest, suggestHabit } from "../say/suggest.ts";
import { exprText, isBatched } from "../say/words.ts";
import { largest } from "../state/budget.ts";
import type { Env, Value } from "../state/environment.ts";
import { note } from "../state/facts.ts";
import { allOf, isUnresolved, known, open, type Resolved, type Unresolved } from "../state/resolved.ts";
import { find } from "../state/scope.ts";
import type { Tensor } from "../state/tensor.ts";
import { shown } from "../state/values.ts";
import { wholeFix } from "./arithmetic.ts";
import { foreignUse } from "./elsewhere.ts";
import { evaluate } from "./evaluate.ts";
import { amountsOf, itemsOf, listFix, listOf, pairsIn } from "./lists.ts";
import { readOptions } from "./options.ts";

type Converted = Resolved<OptionValue>;

interface Place {
  /** `units of Dense` */
  readonly what: Subject;
  /** The tensors whose axes the option may name; those of the first, unless it has an axis for each. */
  readonly inputs?: readonly Tensor[];
}

export function convertOption(kind: OptionKind, expr: Expr, env: Env, place: Place): Converted {
  if (expr.kind === "hole") return unread(env, expr.span);
  switch (kind.kind) {
    case "choice":
      return convertChoice(kind.values, expr, env, place);
    case "activation":
      return convertNamed("activation", expr, env, place);
    case "initializer":
      return convertNamed("initializer", expr, env, place);
    case "regularizer":
    case "constraint":
      return expr.kind === "name" && expr.name === "none"
        ? known(undefined)
        : convertNamed(kind.kind, expr, env, place);
    case "layer":
      return convertLayers(kind, expr, env, place);
    case "rate":
      return convertRate(expr, env, place);
    case "axis":
      return convertAxis(expr, env, place);
    case "axes":
      return axesOf[kind.of ?? "input"](expr, env, place);
    case "numbers":
      return wordIn(kind.words, expr, env) ?? convertNumbers(kind, expr, env, place);
    case "shape":
      return convertShape(kind.anyOpen === true, expr, env, place);
    case "string":
      return (kind.bare === true ? wordOf(expr, env) : undefined) ?? convertString(expr, env, place);
    case "strings":
      return convertStrings(expr, env, place);
    case "float":
      return wordIn(kind.words, expr, env) ?? convertValue(kind, evaluate(expr, env), expr, env, place);
    case "int":
    case "bool":
    case "size":
    case "padding":
      return convertValue(kind, evaluate(expr, env), expr, env, place);
  }
}

/** The word that `expr` is, if it is one of `words`. */
function wordIn(words: readonly string[] | undefined, expr: Expr, env: Env): Converted | undefined {
  const word = words === undefined ? undefined : wordOf(expr, env);
  return word?.kind === "known" && words?.includes(word.value) === true ? word : undefined;
}

type Plain = Extract<OptionKind, { kind: "int" | "float" | "bool" | "size" | "padding" }>;

function convertValue(kind: Plain, value: Value, expr: Expr, env: Env, place: Place): Converted {
  if (isUnresolved(value)) return value;
  switch (kind.kind) {
    case "int":
      if (value.kind !== "int") return wrong(env, expr, place, "integer", value);
      return typeof value.size === "number" ? inRange(kind, value.size, expr, env, place) : open;
    case "float":
      if (value.kind === "int")
        return typeof value.size === "number" ? inRange(kind, value.size, expr, env, place) : open;
      return value.kind === "float"
        ? inRange(kind, value.value, expr, env, place)
        : wrong(env, expr, place, "number", value);
    case "bool":
      return value.kind === "bool" ? known(value.value) : wrong(env, expr, place, "boolean", value);
    case "size": {
      const sizes = listOf(value, kind.rank);
      if (sizes === undefined) return wrongSize(kind.rank, value, expr, env, place);
      if (isUnresolved(sizes)) return sizes;
      const low = sizes.value.find((size) => size < kind.min || size > largest);
      return low === undefined ? sizes : outOfRange(env, expr, place, { kind: "count", count: low }, atLeast(kind.min));
    }
    case "padding":
      return convertPadding(kind.rank ?? pairsIn(value), value, expr, env, place);
  }
}

/** Reports NN009, with `3x3` as the fix for `(3, 3)`. */
function wrongSize(rank: number, value: Value, expr: Expr, env: Env, place: Place): Unresolved {
  const numbers =
    expr.kind === "tuple"
      ? expr.items.flatMap((item) => (item.kind === "number" && item.isInteger ? [item.value] : []))
      : [];
  const fix =
    numbers.length === rank && value.kind === "tuple" && value.items.length === rank
      ? { fix: write(expr.span, numbers.join("x"), true) }
      : {};
  return report(env, {
    code: "NN009",
    span: expr.span,
    what: place.what,
    expected: { kind: "sizes", rank },
    actual: shown(value),
    ...fix,
  });
}

function wrong(env: Env, expr: Expr, place: Place, expected: Expectation, value: Value): Unresolved {
  const advice = value.kind === "tensor" ? { advice: "pipe" as const } : {};
  const fix =
    value.kind === "string"
      ? numberFix(expr, value.value)
      : expected === "integer"
        ? wholeFix(expr, value)
        : isOfLists(expected)
          ? listFix(expr)
          : {};
  const actual = shown(value);
  return report(env, { code: "NN009", span: expr.span, what: place.what, expected, actual, ...advice, ...fix });
}

const isOfLists = (expected: Expectation): boolean =>
  expected === "shape" || expected === "numberList" || (typeof expected === "object" && expected.kind === "paddings");

/** A number in quotes needs none. */
function numberFix(expr: Expr, text: string): { readonly fix?: Fix } {
  const isNumber = expr.kind === "string" && /^\d+(\.\d+)?([eE]-?\d+)?$/.test(text);
  return isNumber ? { fix: write(expr.span, text, true) } : {};
}

/** Reports NN009 where a name belongs; evaluates nothing, because the names may mean nothing. */
function misnamed(env: Env, expr: Expr, place: Place, expected: Expectation, advice?: Advice): Unresolved {
  return report(env, {
    code: "NN009",
    span: expr.span,
    what: place.what,
    expected,
    actual: { kind: "code", text: exprText(expr) },
    ...(advice === undefined ? {} : { advice }),
    ...(isOfLists(expected) ? listFix(expr) : {}),
  });
}

function outOfRange(env: Env, expr: Expr, place: Place, actual: Actual, range: Range): Unresolved {
  return report(env, { code: "NN007", span: expr.span, what: place.what, is: { actual, range } });
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
  if (!low && !high && Math.abs(value) <= (kind.kind === "int" ? largest : Number.MAX_VALUE)) return known(value);
  const range: Range = {
    kind: "between",
    ...(min === undefined ? {} : { low: { value: min, open: openMin } }),
    ...(max === undefined ? {} : { high: { value: max, open: openMax } }),
  };
  const unbounded = min === undefined && max === undefined;
  return outOfRange(env, expr, place, { kind: "count", count: value }, unbounded ? atMost(largest) : range);
}

function convertPadding(rank: number, value: Value, expr: Expr, env: Env, place: Place): Converted {
  const amounts = amountsOf(rank, value);
  if (amounts === undefined) return wrong(env, expr, place, { kind: "paddings", rank }, value);
  if (isUnresolved(amounts)) return amounts;
  const low = amounts.value.find((amount) => amount < 0 || amount > largest);
  return low === undefined ? amounts : outOfRange(env, expr, place, { kind: "count", count: low }, atLeast(0));
}

function convertNumbers(
  { single, whole, nested, min, max }: Extract<OptionKind, { kind: "numbers" }>,
  expr: Expr,
  env: Env,
  place: Place,
): Converted {
  const range = { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
  const each = { ...range, kind: whole === true ? ("int" as const) : ("float" as const) };
  if (expr.kind === "list") {
    const items = expr.items.flatMap((item) => (nested === true && item.kind === "list" ? item.items : [item]));
    return numbersOf(items.map((item) => convertOption(each, item, env, place)));
  }
  return single === true && expr.kind !== "tuple"
    ? convertOption(each, expr, env, place)
    : misnamed(env, expr, place, "numberList");
}

function numbersOf(items: readonly Converted[]): Converted {
  const whole = allOf(items);
  return isUnresolved(whole) ? whole : known(whole.value.filter((item) => typeof item === "number"));
}

function convertShape(anyOpen: boolean, expr: Expr, env: Env, place: Place): Converted {
  if (expr.kind === "size") return known(expr.values);
  if (expr.kind === "tuple") return misnamed(env, expr, place, "shape");
  const items = expr.kind === "list" ? expr.items : [expr];
  const sizes: number[] = [];
  for (const item of items) {
    if (item.kind === "placeholder") {
      sizes.push(-1);
      continue;
    }
    const value = evaluate(item, env);
    if (value.kind === "size" && items.length === 1) return known(value.values);
    if (isUnresolved(value)) return value;
    if (value.kind === "int" && typeof value.size !== "number") return open;
    if (value.kind !== "int" || typeof value.size !== "number") return wrong(env, item, place, "shape", value);
    if (value.size < 1 && value.size !== -1)
      return outOfRange(env, item, place, { kind: "count", count: value.size }, "shapeEntry");
    sizes.push(value.size);
  }
  if (!anyOpen && sizes.filter((size) => size === -1).length > 1)
    return outOfRange(env, expr, place, "twoOpenAxes", "oneOpenAxis");
  return known(sizes);
}

function convertChoice(values: readonly string[], expr: Expr, env: Env, place: Place): Converted {
  const read = wordOf(expr, env);
  if (read === undefined) return misnamed(env, expr, place, { kind: "oneOf", words: values });
  if (isUnresolved(read)) return read;
  const word = read.value;
  if (values.includes(word)) return known(word);
  const near = suggest(env.session, word, expr.span, values);
  // The word of a parameter is written elsewhere.
  const own = expr.kind === "string" || (expr.kind === "name" && expr.name === word);
  const fix = near.fix === undefined || !own ? {} : { fix: near.fix };
  const is = {
    actual: { kind: "quoted", text: word },
    range: { kind: "oneOf", words: values },
  } as const;
  return report(env, { code: "NN007", span: expr.span, what: place.what, is, ...fix });
}

/** Returns the word of an expression: a bare one, a string, or that of a parameter. */
function wordOf(expr: Expr, env: Env): Resolved<string> | undefined {
  if (expr.kind === "string") return known(expr.value);
  if (expr.kind !== "name") return undefined;
  const bound = find(env.scope, expr.name);
  const value = bound?.value ?? (env.file.names.get(expr.name)?.kind === "const" ? evaluate(expr, env) : undefined);
  if (value === undefined) return known(expr.name);
  if (isUnresolved(value)) return value;
  if (value.kind === "choice") return known(value.name);
  return value.kind === "string" ? known(value.value) : undefined;
}

function convertStrings(expr: Expr, env: Env, place: Place): Converted {
  if (expr.kind !== "list") return convertString(expr, env, place);
  return allOf(expr.items.map((item) => convertString(item, env, place)));
}

function convertString(expr: Expr, env: Env, place: Place): Converted {
  const value = evaluate(expr, env);
  if (isUnresolved(value)) return value;
  if (value.kind !== "string") return wrong(env, expr, place, "stringLike", value);
  if (value.value !== "") return known(value.value);
  return report(env, { code: "NN007", span: expr.span, what: place.what, is: { fact: { kind: "empty" } } });
}

const activations = (): readonly string[] => namesOf("function").filter((name) => findActivation(name) !== undefined);

/** The tiers of definitions that a name with options can use, and their tables. */
const tiers = {
  activation: { find: findActivation, names: activations },
  initializer: { find: findInitializer, names: () => namesOf("initializer") },
  regularizer: { find: findRegularizer, names: () => namesOf("regularizer") },
  constraint: { find: findConstraint, names: () => namesOf("constraint") },
  schedule: { find: findSchedule, names: () => namesOf("schedule") },
  loss: { find: findLoss, names: () => namesOf("loss") },
  metric: { find: findMetric, names: () => namesOf("metric") },
  optimizer: { find: findOptimizer, names: () => namesOf("optimizer") },
  source: { find: findSource, names: () => namesOf("source") },
};
export type UsedTier = keyof typeof tiers;

/** Tiers with few names: suggestions list all of them if none is near. */
const short: ReadonlySet<UsedTier> = new Set([
  "loss",
  "metric",
  "optimizer",
  "source",
  "schedule",
  "regularizer",
  "constraint",
]);

/** Returns lower-case names, first those that hold the word: `crossentropy` is the end of several. */
function alike(word: string, names: readonly string[]): readonly string[] {
  const plain = names.filter((name) => !/[A-Z]/.test(name));
  const holds = plain.filter((name) => name.includes(word.toLowerCase()));
  return holds.length > 0 ? holds : plain;
}

/** Returns a definition by name, bare or with options; also by the name in a parameter that holds a layer or a word. */
export function convertNamed(tier: UsedTier, expr: Expr, env: Env, place: Place): Converted {
  const foreign = foreignUse(tier, expr, (name) => tiers[tier].find(name) !== undefined, env);
  if (foreign !== undefined) return foreign;
  const read = useOf(expr, env);
  if (read === undefined)
    return misnamed(env, expr, place, { kind: "nameOf", what: tier }, tier === "loss" ? "oneLoss" : undefined);
  if (isUnresolved(read)) return read;
  const used = read.value;
  if (used.name === "none" && tier === "activation") return known(undefined);
  const def: Definition | undefined = tiers[tier].find(used.name);
  if (def === undefined) {
    const plain = tier === "activation" && findFunction(used.name) !== undefined;
    if (plain) return wrongFunction(env, expr, place, used.name);
    const span = expr.kind === "call" ? expr.callee.span : expr.span;
    const names = tiers[tier].names();
    if (isPlanned(tier, used.name, names)) {
      const nearest = short.has(tier) ? alike(used.name, names).slice(0, mostListed) : [];
      return report(env, { code: "NN002", span, what: tier, name: used.name, planned: true, nearest });
    }
    const others = short.has(tier) ? alike(used.name, names) : [];
    const formula = tier === "loss" && (findFunction(used.name) !== undefined || isPlanned("function", used.name, []));
    if (formula && expr.kind === "call")
      return report(env, { code: "NN002", span, what: tier, name: used.name, nearest: [], departure: "oneLoss" });
    if (used.name === "None")
      return report(env, { code: "NN002", span, what: tier, name: used.name, nearest: [], departure: "leftOut" });
    const near = hasHabits(tier)
      ? suggestHabit(env.session, tier, used.name, span, names, others)
      : suggest(env.session, used.name, span, names, others);
    return report(env, { code: "NN002", span, what: tier, name: used.name, ...near });
  }
  note(env.session, {
    kind: "reference",
    span: expr.kind === "call" ? expr.callee.span : expr.span,
    name: used.name,
    op: def.name,
    doc: def.summary,
  });
  const given = readOptions(def, used.arguments, used.env, expr.span);
  return isUnresolved(given) ? given : known({ name: def.name, options: given.value.options });
}

function wrongFunction(env: Env, expr: Expr, place: Place, name: string): Unresolved {
  return report(env, {
    code: "NN009",
    span: expr.span,
    what: place.what,
    expected: "activation",
    actual: { kind: "function", name },
  });
}

interface NamedUse {
  readonly name: string;
  readonly arguments: readonly Argument[];
  readonly env: Env;
}

function useOf(expr: Expr, env: Env): Resolved<NamedUse> | undefined {
  const bare = (name: string): Resolved<NamedUse> => known({ name, arguments: [], env });
  if (expr.kind === "call" && expr.callee.kind === "name")
    return known({ name: expr.callee.name, arguments: expr.arguments, env });
  if (expr.kind === "string") return bare(expr.value);
  if (expr.kind !== "name") return undefined;
  const bound = find(env.scope, expr.name);
  if (bound === undefined && env.file.names.get(expr.name)?.kind !== "const") return bare(expr.name);
  const value = bound?.value ?? evaluate(expr, env);
  if (isUnresolved(value)) return value;
  if (value.kind === "choice") return bare(value.name);
  if (value.kind === "string") return bare(value.value);
  if (value.kind !== "layer" || value.layer.of.kind !== "op") return undefined;
  return known({ name: value.layer.of.def.name, arguments: value.layer.arguments, env: value.layer.env });
}

function convertLayers(
  { several, blocks }: Extract<OptionKind, { kind: "layer" }>,
  expr: Expr,
  env: Env,
  place: Place,
): Converted {
  if (several !== true || expr.kind !== "list") return convertLayer(expr, env, place, blocks === true);
  const layers = allOf(expr.items.map((item) => convertLayer(item, env, place, false)));
  if (isUnresolved(layers) || layers.value.length > 0) return layers;
  return report(env, { code: "NN007", span: expr.span, what: place.what, is: { fact: { kind: "empty" } } });
}

/** Returns a layer or function with its options; `trainable` and `name` stand among them if they are given. */
function convertLayer(expr: Expr, env: Env, place: Place, blocks: boolean): Converted {
  const value = evaluate(expr, env);
  if (isUnresolved(value)) return value;
  if (value.kind !== "layer" || value.layer.of.kind === "encoder") return wrong(env, expr, place, "layer", value);
  const { of, path, arguments: given, env: own } = value.layer;
  if (of.kind === "block" || path !== undefined) {
    if (blocks) return known(openTemplate);
    const actual = of.kind === "block" ? "block" : "namedLayer";
    return report(env, { code: "NN009", span: expr.span, what: place.what, expected: "layerInPlace", actual });
  }
  const read = readOptions(of.def, given, { ...own, model: env.model }, expr.span);
  if (isUnresolved(read)) return read;
  const { options, name, trainable, rules, spans } = read.value;
  if (activitiesOf(of.def, options, rules).length > 0) {
    const span = spans.get("activity_regularizer") ?? expr.span;
    return report(env, { code: "NN007", span, what: place.what, is: { fact: { kind: "innerPenalty" } } });
  }
  const common = { ...(name === undefined ? {} : { name }), ...(trainable === false ? { trainable } : {}) };
  return known({ name: of.def.name, options: { ...options, ...common, ...rules } });
}

function convertRate(expr: Expr, env: Env, place: Place): Converted {
  const schedule = expr.kind === "call" || (expr.kind === "name" && findSchedule(expr.name) !== undefined);
  if (schedule) return convertNamed("schedule", expr, env, place);
  return convertValue({ kind: "float", min: 0 }, evaluate(expr, env), expr, env, place);
}

/** Returns an axis by number, from 1 or from the end, or by its name in a signature. */
function convertAxis(expr: Expr, env: Env, place: Place): Converted {
  const [input] = place.inputs ?? [];
  // The record counts the axes of values without a batch axis from 0.
  const first = input === undefined || isBatched(input.type) ? 1 : 0;
  if (expr.kind === "name") {
    const at = input?.axes?.indexOf(expr.name) ?? -1;
    if (at !== (input?.axes?.lastIndexOf(expr.name) ?? -1)) return outOfRange(env, expr, place, "twoAxes", "axis");
    if (at >= 0) return known(at + first);
  }
  const value = evaluate(expr, env);
  if (isUnresolved(value)) return value;
  if (value.kind === "int" && typeof value.size !== "number") return open;
  if (value.kind !== "int" || typeof value.size !== "number") return wrong(env, expr, place, "axis", value);
  if (value.size === 0) return outOfRange(env, expr, place, "batchAxis", "axis");
  return known(value.size > 0 ? value.size - 1 + first : value.size);
}

const convertAxes = (expr: Expr, env: Env, place: Place): Converted =>
  numbersOf(itemsOf(expr).map((item) => convertAxis(item, env, place)));

/** Converts axes of a weight, which has no batch axis and no names for them. */
function convertWeightAxes(expr: Expr, env: Env, place: Place): Converted {
  const axes = convertAxes(expr, env, { what: place.what });
  if (axes.kind !== "known" || !Array.isArray(axes.value)) return axes;
  return known(axes.value.map((axis: OptionValue) => (typeof axis === "number" && axis > 0 ? axis - 1 : axis)));
}

/** Converts the axis of each input; a single one is that of all of them. */
function convertEachAxis(expr: Expr, env: Env, place: Place): Converted {
  const [first, ...more] = itemsOf(expr);
  const { inputs = [] } = place;
  if (first === undefined || inputs.length === 0) return convertAxes(expr, env, place);
  const own = (item: Expr, at: number): Converted =>
    convertAxis(item, env, { ...place, inputs: inputs.slice(at, at + 1) });
  return numbersOf(more.length > 0 ? [first, ...more].map(own) : inputs.map((_, at) => own(first, at)));
}

const axesOf = { input: convertAxes, inputs: convertEachAxis, weight: convertWeightAxes };
