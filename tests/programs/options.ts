// Random options of any definition, from the kinds and ranges in the definition alone: as a record, and as text that the
// checker reads as that record.

import type { OptionRecord, OptionValue } from "../../src/ir/graph.ts";
import type { TensorType } from "../../src/ir/types.ts";
import type { Definition, OptionDef, OptionKind } from "../../src/ops/definition.ts";
import { valueText } from "../../src/ops/documentation.ts";
import { withDefaults } from "../../src/ops/options.ts";
import { findActivation, findInitializer, findLayer, findSchedule, namesOf } from "../../src/ops/registry.ts";
import { exampleCalls } from "../support/examples.ts";
import { reserved } from "./names.ts";
import type { Random } from "./random.ts";
import { reckoningText } from "./reckoning.ts";
import type { Given, Use } from "./tree.ts";

export interface Written {
  readonly text: string;
  readonly value: OptionValue;
}

/** What options may depend on: the sizes of the first input without the batch. */
export interface Place {
  readonly sizes: readonly number[];
  /** No initializers that need randomness or fit some shapes alone. */
  readonly depth: number;
  /** For losses and metrics: the types that they compare, with the batch axis. */
  readonly compared?: { readonly prediction: TensorType; readonly target: TensorType };
}
export const nowhere: Place = { sizes: [], depth: 0 };

/** A number in one of the forms that mean it. */
function written(random: Random, value: number): Written {
  const plain = String(value);
  if (!random.chance(0.12)) return { text: plain, value };
  if (Number.isInteger(value)) return { text: value >= 10 ? plain.replace(/(\d)$/, "_$1") : plain, value };
  return { text: random.pick([value.toExponential(), `${plain}_0`, `${(value * 10).toPrecision(3)}e-1`]), value };
}

function float(random: Random, kind: Extract<OptionKind, { kind: "float" }>, option: OptionDef): Written {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY, openMin = false, openMax = false } = kind;
  const around = typeof option.default === "number" && option.default !== 0 ? option.default : 0.5;
  const candidates = [around * 0.5, around * 2, around, 0.1, 0.25, 0.5, 0.75, 0.9, 1, 1.5, 2]
    .map((value) => Number(value.toPrecision(3)))
    .filter((value) => (openMin ? value > min : value >= min) && (openMax ? value < max : value <= max));
  const value = random.pick(candidates.length > 0 ? candidates : [min]);
  if (value <= 1 && Number.isInteger(value * 100) && random.chance(0.15)) return { text: `${value * 100}%`, value };
  const made = written(random, value);
  return Number(made.text.replace("_", "")) === value ? made : { text: String(value), value };
}

function int(random: Random, { min = 0, max = min + 4 }: Extract<OptionKind, { kind: "int" }>): Written {
  const most = Math.min(max, min + random.pick([0, 1, 2, 3, 4, 7]));
  return written(random, random.int(min, most));
}

function size(random: Random, rank: number, min: number): Written {
  const one = (): number => random.int(min, min + random.pick([0, 1, 1, 2, 2, 3]));
  const values = random.chance(0.4) ? new Array<number>(rank).fill(one()) : Array.from({ length: rank }, one);
  const same = values.every((value) => value === values[0]);
  if (rank === 1) return { text: random.chance(0.8) ? String(values[0]) : `[${values[0]}]`, value: values };
  if (same && random.chance(0.4)) return { text: String(values[0]), value: values };
  return { text: random.chance(0.7) ? values.join("x") : `[${values.join(", ")}]`, value: values };
}

function padding(random: Random, rank: number): Written {
  const one = (): number => random.pick([0, 0, 1, 1, 2, 3]);
  const form = random.int(0, 2);
  if (form === 0) {
    const amount = one();
    return { text: String(amount), value: new Array<number>(2 * rank).fill(amount) };
  }
  if (rank === 1 || form === 2) {
    const pairs = Array.from({ length: rank }, () => [one(), one()]);
    const text = rank === 1 ? `[${pairs[0]!.join(", ")}]` : `[${pairs.map((p) => `[${p.join(", ")}]`).join(", ")}]`;
    return { text, value: pairs.flat() };
  }
  const amounts = Array.from({ length: rank }, one);
  return { text: `[${amounts.join(", ")}]`, value: amounts.flatMap((amount) => [amount, amount]) };
}

/** Sizes with the product of the input's, one of them open sometimes. */
export function shapeLike(random: Random, sizes: readonly number[]): Written {
  const target = regrouped(random, sizes);
  const open = random.chance(0.3) ? random.int(0, target.length - 1) : -1;
  const value = target.map((one, i) => (i === open ? -1 : one));
  const text = value.map((one) => (one === -1 ? random.pick(["_", "-1"]) : String(one)));
  if (!value.includes(-1) && value.length > 1 && random.chance(0.2)) return { text: value.join("x"), value };
  return { text: `[${text.join(", ")}]`, value };
}

/** The sizes themselves, some of them open or 1. */
function maskLike(random: Random, sizes: readonly number[]): Written {
  const value = sizes.map((size) => random.pick([size, 1, -1]));
  return { text: `[${value.map((one) => (one === -1 ? "_" : String(one))).join(", ")}]`, value };
}

/** Factors of the product of sizes, in random groups. */
function regrouped(random: Random, sizes: readonly number[]): readonly number[] {
  let rest = sizes.reduce((a, b) => a * b, 1);
  const factors: number[] = [];
  for (let p = 2; p <= rest; p++)
    while (rest % p === 0) {
      factors.push(p);
      rest /= p;
    }
  const rank = random.pick([1, 2, 2, 3, 3, 4]);
  const target = new Array<number>(rank).fill(1);
  for (const factor of factors) target[random.int(0, rank - 1)]! *= factor;
  return target;
}

const axisText = (axis: number): Written => ({ text: String(axis), value: axis });
function axis(random: Random, rank: number): Written {
  const at = random.int(1, Math.max(1, rank));
  return axisText(random.chance(0.5) ? at : at - rank - 1);
}
function axes(random: Random, rank: number): Written {
  const all = Array.from({ length: rank }, (_, i) => i + 1);
  const count = random.int(0, rank);
  const chosen = shuffled(random, all).slice(0, Math.max(1, count));
  if (chosen.length === 1 && random.chance(0.5)) return { text: String(chosen[0]), value: [chosen[0]!] };
  return { text: `[${chosen.join(", ")}]`, value: chosen };
}
/** All axes in a random order. */
export function permutation(random: Random, rank: number): Written {
  const value = shuffled(
    random,
    Array.from({ length: rank }, (_, i) => i + 1),
  );
  return { text: `[${value.join(", ")}]`, value };
}
export function shuffled<T>(random: Random, from: readonly T[]): T[] {
  const list = [...from];
  for (let i = list.length - 1; i > 0; i--) {
    const j = random.int(0, i);
    [list[i], list[j]] = [list[j]!, list[i]!];
  }
  return list;
}

function numbers(random: Random): Written {
  const steps = random.chance(0.5);
  const count = random.int(1, 3);
  const value = steps
    ? Array.from({ length: count }, (_, i) => 2 * i + random.int(1, 2))
    : Array.from({ length: count + 1 }, () => random.pick([0.1, 0.05, 0.02, 0.01]));
  return { text: `[${value.join(", ")}]`, value };
}

/** One number or a list of them, all in the range of the kind. */
function numbersWithin(random: Random, kind: Extract<OptionKind, { kind: "numbers" }>): Written {
  const { min = 0, max = min + 3 } = kind;
  const one = (): number =>
    kind.whole === true
      ? random.int(min, max)
      : random.pick([min, max, 0.25, 0.5, 0.75, 0.9].filter((value) => value >= min && value <= max));
  if (kind.single === true && random.chance(0.5)) {
    const value = one();
    return { text: String(value), value };
  }
  const value = Array.from({ length: random.int(1, 4) }, one);
  return { text: `[${value.join(", ")}]`, value };
}

interface Named {
  readonly name: string;
  readonly def: Definition;
}
/** A name with options, bare where there are none. */
function named(random: Random, { name, def }: Named, place: Place): Written {
  const given = place.depth > 1 ? requiredOnly(random, def, place) : drawGiven(random, def, place, 0.4);
  const record = recordOf(def, given);
  const args = givenText(given);
  return { text: args === "" ? name : `${name}(${args})`, value: { name: def.name, options: record } };
}
const activationNames = namesOf("function").filter((name) => findActivation(name) !== undefined);

/** A value of an option; undefined where there is nothing to draw. */
export function drawValue(random: Random, option: OptionDef, name: string, place: Place): Written | undefined {
  const { type } = option;
  if (option.optional === true && option.default !== undefined && type.kind !== "choice" && random.chance(0.2))
    return { text: "none", value: undefined };
  const inner = { ...place, depth: place.depth + 1 };
  switch (type.kind) {
    case "int":
      return int(random, type);
    case "float":
      return float(random, type, option);
    case "bool": {
      const value = random.chance(0.5);
      return { text: String(value), value };
    }
    case "choice": {
      const value = random.pick(type.values);
      return { text: random.chance(0.85) ? value : JSON.stringify(value), value };
    }
    case "size":
      return size(random, type.rank, type.min);
    case "padding":
      return padding(random, type.rank ?? 1);
    case "shape":
      return type.anyOpen === true ? maskLike(random, place.sizes) : shapeLike(random, place.sizes);
    case "axis":
      return axis(random, place.sizes.length);
    case "axes":
      return name === "dims" ? permutation(random, place.sizes.length) : axes(random, place.sizes.length);
    case "numbers":
      if (type.words !== undefined && random.chance(0.7)) {
        const value = random.pick(type.words);
        return { text: value, value };
      }
      return type.single === true || type.whole === true || type.max !== undefined
        ? numbersWithin(random, type)
        : numbers(random);
    case "activation": {
      if (option.optional === true && random.chance(0.1)) return { text: "none", value: undefined };
      const chosen = random.pick(activationNames);
      return named(random, { name: chosen, def: findActivation(chosen)! }, inner);
    }
    case "initializer": {
      const chosen = random.pick(namesOf("initializer"));
      return named(random, { name: chosen, def: findInitializer(chosen)! }, inner);
    }
    case "layer":
      return {
        text: "Dense(3)",
        value: { name: "Dense", options: withDefaults(findLayer("Dense")!.options, { units: 3 }) },
      };
    case "rate": {
      if (random.chance(0.6)) return written(random, random.pick([0.1, 0.05, 0.02, 0.01, 0.003, 0.001]));
      const chosen = random.pick(namesOf("schedule"));
      return named(random, { name: chosen, def: findSchedule(chosen)! }, inner);
    }
    case "strings": {
      const words = Array.from({ length: random.int(1, 2) }, () => random.pick(["dense", "conv2d", "bias", "kernel"]));
      return { text: `[${words.map((word) => JSON.stringify(word)).join(", ")}]`, value: words };
    }
    case "string":
      return undefined;
  }
}

function problemOf(def: Definition, record: OptionRecord, { compared }: Place): unknown {
  const problem = "problem" in def ? def.problem?.(record) : undefined;
  if (problem !== undefined || compared === undefined || (def.tier !== "loss" && def.tier !== "metric")) return problem;
  return def.misfit?.(compared.prediction, compared.target, record);
}

export const recordOf = (def: Definition, given: readonly Given[]): OptionRecord =>
  withDefaults(def.options, Object.fromEntries(given.map(({ option, value }) => [option, value])));

const requiredOnly = (random: Random, def: Definition, place: Place): readonly Given[] =>
  drawGiven(random, def, place, 0);

/** Thrown where no options go together, or with the shapes. */
export class NoOptions extends Error {}

/** Lists that must fit each other are drawn until they do. */
const ATTEMPTS = 1000;

/** Options of a definition: all that are required, and others each with the probability `share`. */
export function drawGiven(random: Random, def: Definition, place: Place, share: number): readonly Given[] {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const given = attemptGiven(random, def, place, share);
    if (problemOf(def, recordOf(def, given), place) === undefined) return given;
  }
  throw new NoOptions(`no options for ${def.name} after ${ATTEMPTS} attempts`);
}

/** A text has a grammar of its own, which only examples show: the options of one whose input has as many axes. */
function exampleGiven(random: Random, def: Definition, place: Place): readonly Given[] {
  if (!Object.values(def.options).some(({ type, required }) => type.kind === "string" && required === true)) return [];
  const fitting = exampleCalls().filter(
    ({ operator, inputs }) => operator === def && inputs[0]?.shape.length === place.sizes.length + 1,
  );
  if (fitting.length === 0) return [];
  const { options } = random.pick(fitting);
  return Object.entries(def.options).flatMap(([option, { type, default: fallback }]): readonly Given[] => {
    const value = options[option];
    if (value === fallback || (type.kind !== "string" && type.kind !== "shape")) return [];
    const text = type.kind === "string" ? JSON.stringify(value) : valueText(value).replaceAll("-1", "_");
    return [{ option, key: option, text, value }];
  });
}

const isUse = (value: OptionValue): value is { readonly name: string; readonly options: OptionRecord } =>
  typeof value === "object" && !Array.isArray(value);

/** A layer that is the value of an option, or a list of such. */
export function layersText(value: OptionValue): string {
  if (Array.isArray(value)) return `[${value.map(layersText).join(", ")}]`;
  if (!isUse(value)) return valueText(value);
  const defaults = findLayer(value.name)?.options ?? {};
  const args = Object.entries(value.options)
    .filter(([name, own]) => own !== undefined && JSON.stringify(own) !== JSON.stringify(defaults[name]?.default))
    .map(([name, own]) => `${name}: ${layersText(own)}`);
  return args.length === 0 && findLayer(value.name) === undefined ? value.name : `${value.name}(${args.join(", ")})`;
}

/** Only some layers go into another: one of an example of it. */
function exampleLayer(random: Random, def: Definition, name: string): Written | undefined {
  const values = exampleCalls().flatMap(({ operator, options }) =>
    operator === def && options[name] !== undefined ? [options[name]] : [],
  );
  if (values.length === 0) return undefined;
  const value = random.pick(values);
  return random.chance(0.5) ? redrawn(random, value) : { text: layersText(value), value };
}

/** The same layers with other options: cells and layers that go into others take all that they take alone. */
function redrawn(random: Random, value: OptionValue): Written {
  if (Array.isArray(value)) {
    const items = value.map((item) => redrawn(random, item as OptionValue));
    return {
      text: `[${items.map(({ text }) => text).join(", ")}]`,
      value: items.map((item) => item.value) as OptionValue,
    };
  }
  const def = isUse(value) ? findLayer(value.name) : undefined;
  const holds = Object.values(def?.options ?? {}).some(({ type }) => type.kind === "layer");
  if (def === undefined || holds) return { text: layersText(value), value };
  const given = drawGiven(random, def, { sizes: [3, 2], depth: 1 }, random.pick([0.1, 0.3]));
  return { text: `${def.name}(${givenText(given)})`, value: { name: def.name, options: recordOf(def, given) } };
}

function attemptGiven(random: Random, def: Definition, place: Place, share: number): readonly Given[] {
  const taken: Given[] = [...exampleGiven(random, def, place)];
  for (const [name, option] of Object.entries(def.options)) {
    if (taken.some((other) => other.option === name)) continue;
    const needed = option.required === true || (!("default" in option) && option.optional !== true);
    const ruledOut = taken.some(
      (other) => option.excludes?.includes(other.option) || def.options[other.option]?.excludes?.includes(name),
    );
    if (!needed && (ruledOut || !random.chance(share))) continue;
    const value =
      (option.type.kind === "layer" ? exampleLayer(random, def, name) : undefined) ??
      drawValue(random, option, name, place);
    if (value !== undefined)
      taken.push({ option: name, key: random.pick([name, name, ...(option.aliases ?? [])]), ...value });
  }
  return arranged(random, def, taken);
}

/** Leading options by position, the others by name, in some order. */
function arranged(random: Random, def: Definition, taken: readonly Given[]): readonly Given[] {
  const byPosition: Given[] = [];
  for (const name of def.positional) {
    const found = taken.find(({ option }) => option === name);
    if (found === undefined || !random.chance(0.8)) break;
    const { key: _, ...rest } = found;
    byPosition.push(rest);
  }
  const rest = taken.filter(({ option }) => !byPosition.some((one) => one.option === option));
  return [...byPosition, ...(random.chance(0.3) ? shuffled(random, rest) : rest)];
}

export const givenText = (given: readonly Given[]): string =>
  given
    .map(
      ({ key, text, from }) =>
        `${key === undefined ? "" : `${key}: `}${from === undefined ? text : reckoningText(from)}`,
    )
    .join(", ");

/** One of a definition's names. */
export const nameOf = (random: Random, { name, aliases = [] }: Definition): string =>
  random.pick([name, name, name, ...aliases]);

export function drawUse(random: Random, def: Definition, place: Place, share: number): Use {
  const given = drawGiven(random, def, place, share);
  return { name: nameOf(random, def), given, common: [] };
}

/** `adam(1e-3)`, `accuracy`. */
export function useText({ name, given, common, bare }: Use, tensors: readonly string[] = []): string {
  const args = [...tensors, givenText(given), ...common].filter((text) => text !== "").join(", ");
  const word = reserved.includes(name) ? `\`${name}\`` : name;
  return args === "" && bare === true ? word : `${word}(${args})`;
}
