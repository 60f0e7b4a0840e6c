// Maps Keras's names and constructor arguments to definitions and options of the registry. It reports a missing feature as
// unsupported, with the reason, and never guesses.

import type { OptionRecord, OptionValue } from "../ir/graph.ts";
import type { Definition, InitializerUse, OptionDef, OptionKind } from "../ops/definition.ts";
import { ruleOptions } from "../ops/governed.ts";
import { withDefaults } from "../ops/options.ts";
import {
  findActivation,
  findConstraint,
  findInitializer,
  findLayer,
  findRegularizer,
  findSchedule,
} from "../ops/registry.ts";
import { isObject, type Json, type JsonObject, objectOf, stringOf } from "./format.ts";

/** Thrown where a case asks for something nnc does not have yet: the case is skipped. */
export class Unsupported extends Error {}

export function unsupported(reason: string): never {
  throw new Unsupported(reason);
}

/** `MeanSquaredError` → `mean_squared_error`, `KLDivergence` → `kl_divergence`, `Conv2D` → `conv2d`, as Keras does. */
export const snakeCase = (name: string): string =>
  name
    .replace(/(.)([A-Z][a-z]+)/g, "$1_$2")
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase();

/** Looks Keras's class name up as it is, then in snake case. */
export function definitionOf<D extends Definition>(
  what: string,
  name: string,
  find: (name: string) => D | undefined,
): D {
  return find(name) ?? find(snakeCase(name)) ?? unsupported(`${what} ${name}`);
}

/** Arguments that change nothing here, by the value they may have. */
const withoutEffect: Readonly<Record<string, (value: Json) => boolean>> = {
  name: () => true,
  dtype: (value) => value === null || value === "float32",
  trainable: (value) => value === true,
  data_format: (value) => value === null || value === "channels_last",
  seed: () => true,
};

const flatNumbers = (value: Json): readonly number[] | undefined => {
  if (typeof value === "number") return [value];
  if (value === null) return [-1];
  if (!Array.isArray(value)) return undefined;
  const parts = value.map(flatNumbers);
  return parts.some((part) => part === undefined) ? undefined : parts.flatMap((part) => part ?? []);
};

/** `1`, `[1, 2]` or `[[1, 0], [2, 1]]` as amounts before and after for each axis. */
function paddingAmounts(value: Json, rank: number): readonly number[] | undefined {
  const flat = flatNumbers(value);
  if (flat === undefined || flat.length === 2 * rank) return flat;
  if (flat.length === 1) return Array.from({ length: 2 * rank }, () => flat[0] ?? 0);
  return flat.flatMap((amount) => [amount, amount]);
}

function repeated(value: Json, rank: number): readonly number[] | undefined {
  const flat = flatNumbers(value);
  return flat?.length === 1 ? Array.from({ length: rank }, () => flat[0] ?? 1) : flat;
}

function activationValue(name: string): OptionValue {
  const definition = findActivation(name) ?? unsupported(`activation ${name}`);
  return { name: definition.name, options: withDefaults(definition.options, {}) };
}

/** The class of a definition within an argument; Keras itself writes `class_name`. */
const classOf = (kind: string, value: JsonObject): string =>
  stringOf(value[kind] ?? value.class_name, `the class of a ${kind}`);

/** `{"schedule": "ExponentialDecay", "config": {...}}` as a name with options. */
export function scheduleValue(value: JsonObject): { readonly name: string; readonly options: OptionRecord } {
  const definition = definitionOf("schedule", classOf("schedule", value), findSchedule);
  const config = objectOf(value.config, "the schedule's config");
  // Keras has no warm-up without a target; nnc then rises to the initial rate.
  const cold = config.warmup_steps !== undefined && (config.warmup_target ?? null) === null;
  return { name: definition.name, options: optionsOf(definition, cold ? { ...config, warmup_steps: 0 } : config) };
}

/** `{"layer": "LSTM", "config": {...}}` as a name with options. */
function layerValue(value: Json): { readonly name: string; readonly options: OptionRecord } {
  const given = objectOf(value, "a layer as an argument");
  const definition = definitionOf("layer", classOf("layer", given), findLayer);
  const { trainable = true, ...config } = objectOf(given.config, "the layer's config");
  const common = { ...(trainable === false ? { trainable } : {}), ...rulesOf(definition, config) };
  return { name: definition.name, options: { ...optionsOf(definition, config), ...common } };
}

const rules = { initializer: findInitializer, regularizer: findRegularizer, constraint: findConstraint };

/** `"l2"`, or Keras's dictionary of a class with its config. */
function ruleValue(kind: keyof typeof rules, value: Json): InitializerUse {
  const given = isObject(value) ? value : { [kind]: value };
  const definition = definitionOf<Definition>(kind, classOf(kind, given), rules[kind]);
  return {
    name: definition.name,
    options: optionsOf(definition, objectOf(given.config ?? {}, `the ${kind}'s config`)),
  };
}

const numberIn = (value: Json | undefined): number | undefined => (typeof value === "number" ? value : undefined);

function optionValue(kind: OptionKind, value: Json): OptionValue {
  if ("words" in kind && typeof value === "string") return kind.words?.includes(value) === true ? value : undefined;
  // Where None is a way of its own, nnc has a word for it.
  if (value === null && kind.kind === "choice" && kind.values.includes("none")) return "none";
  if (value === null && kind.kind !== "shape") return undefined;
  switch (kind.kind) {
    case "int":
    case "float":
    case "axis":
      return typeof value === "number" ? value : undefined;
    case "bool":
      return typeof value === "boolean" ? value : undefined;
    case "choice":
      return typeof value === "string" && kind.values.includes(value) ? value : undefined;
    case "string":
      return typeof value === "string" ? value : undefined;
    case "strings":
      return Array.isArray(value) && value.every((item) => typeof item === "string") ? value : undefined;
    case "size":
      return repeated(value, kind.rank);
    case "padding":
      return paddingAmounts(value, kind.rank ?? 1);
    case "shape":
    case "axes":
      return flatNumbers(value);
    case "numbers":
      if (kind.named !== undefined && isObject(value))
        return Object.entries(kind.named).map(([key, missing]) => numberIn(value[key]) ?? missing);
      return kind.single === true && typeof value === "number" ? value : flatNumbers(value);
    case "activation":
      return typeof value === "string" ? activationValue(value) : undefined;
    case "initializer":
    case "regularizer":
    case "constraint":
      return ruleValue(kind.kind, value);
    case "layer":
      return Array.isArray(value) ? value.map(layerValue) : layerValue(value);
    case "rate":
      return isObject(value) ? scheduleValue(value) : typeof value === "number" ? value : undefined;
  }
}

/** The regularizers and constraints that the arguments give a layer. */
export function rulesOf(definition: Definition, config: JsonObject): OptionRecord {
  const given = Object.entries(ruleOptions(definition)).flatMap(([name, { type }]) => {
    const value = config[name];
    return value === undefined || value === null ? [] : [[name, optionValue(type, value)] as const];
  });
  return Object.fromEntries(given);
}

/** All options of a definition but these rules, from Keras's arguments. The caller handles the arguments in `extra` itself. */
export function optionsOf(definition: Definition, config: JsonObject, extra: readonly string[] = []): OptionRecord {
  const given: Record<string, OptionValue> = {};
  const left = new Set([...extra, ...Object.keys(rulesOf(definition, config))]);
  for (const [name, value] of Object.entries(config)) {
    if (left.has(name)) continue;
    const option: OptionDef | undefined = Object.hasOwn(definition.options, name)
      ? definition.options[name]
      : undefined;
    const harmless = Object.hasOwn(withoutEffect, name) ? withoutEffect[name] : undefined;
    if (option === undefined) {
      if (value === null || harmless?.(value) === true) continue;
      return unsupported(`${definition.name}'s ${name}`);
    }
    const converted = optionValue(option.type, value);
    if (converted === undefined && value !== null)
      unsupported(`${definition.name}'s ${name}: ${JSON.stringify(value)}`);
    given[name] = converted;
  }
  for (const [name, option] of Object.entries(definition.options))
    if (option.required === true && !(name in given)) unsupported(`${definition.name} without its ${name}`);
  return withDefaults(definition.options, given);
}
