// Reads the options of a resolved record, fills in defaults, and holds the options that many operators share. The
// checker decides which record the text of a `.nn` file makes.

import { CompilerBug } from "../base/compilerBug.ts";
import type { OptionRecord, OptionValue } from "../ir/graph.ts";
import type { DType } from "../ir/types.ts";
import type { InitializerUse, OptionDef } from "./definition.ts";

function wrong(name: string, wanted: string): never {
  throw new CompilerBug(`option '${name}' is not ${wanted}`);
}

/** Returns the number that an option holds. The checker has checked the record, so anything else is a compiler bug. */
export function numberOf(options: OptionRecord, name: string): number {
  const value = options[name];
  return typeof value === "number" ? value : wrong(name, "a number");
}

/** Returns the number, or undefined for Keras's None. */
export function maybeNumber(options: OptionRecord, name: string): number | undefined {
  return options[name] === undefined ? undefined : numberOf(options, name);
}

export function flag(options: OptionRecord, name: string): boolean {
  const value = options[name];
  return typeof value === "boolean" ? value : wrong(name, "a boolean");
}

export function textOf(options: OptionRecord, name: string): string {
  const value = options[name];
  return typeof value === "string" ? value : wrong(name, "a text");
}

/** Returns the text, or undefined for Keras's None. */
export function maybeText(options: OptionRecord, name: string): string | undefined {
  return options[name] === undefined ? undefined : textOf(options, name);
}

/** Names an option that holds no whole number, though the elements that it meets are whole. */
export function fractionBeside(dtype: DType, options: OptionRecord, names: readonly string[]) {
  const option = names.find((name) => typeof options[name] === "number" && !Number.isInteger(options[name]));
  return dtype === "f32" || option === undefined
    ? undefined
    : ({ problem: "option", option, message: "it must be a whole number, like the elements" } as const);
}

/** Returns a list of numbers: a size, a shape, axes, rates. A single number is a list of one. */
export function numbers(options: OptionRecord, name: string): readonly number[] {
  const value = options[name];
  if (typeof value === "number") return [value];
  if (!Array.isArray(value)) return wrong(name, "a list of numbers");
  return value.map((item: OptionValue) => (typeof item === "number" ? item : wrong(name, "a list of numbers")));
}

/** Returns a list of texts; a single one is a list of one, and None is an empty one. */
export function texts(options: OptionRecord, name: string): readonly string[] {
  const value = options[name];
  if (value === undefined) return [];
  const list: readonly OptionValue[] = Array.isArray(value) ? value : [value];
  return list.map((item) => (typeof item === "string" ? item : wrong(name, "a list of texts")));
}

/** Returns the numbers, or undefined for Keras's None. */
export const maybeNumbers = (options: OptionRecord, name: string): readonly number[] | undefined =>
  options[name] === undefined ? undefined : numbers(options, name);

export const integers = numbers;

export function maybeIntegers(options: OptionRecord, name: string): readonly number[] | undefined {
  return options[name] === undefined ? undefined : integers(options, name);
}

/** Whether an option holds a name with options. */
export const isUse = (value: OptionValue): value is InitializerUse => typeof value === "object" && "name" in value;

/** Returns a name with options, as of an activation, an initializer or a schedule; undefined for None. */
export function maybeUse(options: OptionRecord, name: string): InitializerUse | undefined {
  const value = options[name];
  if (value === undefined) return undefined;
  return isUse(value) ? value : wrong(name, "a name with options");
}

export function use(options: OptionRecord, name: string): InitializerUse {
  return maybeUse(options, name) ?? wrong(name, "set");
}

/** Returns `given` with the defaults of the options that it leaves out, in the order of the definition. */
export function withDefaults(options: Readonly<Record<string, OptionDef>>, given: OptionRecord): OptionRecord {
  const names = Object.keys(options);
  return Object.fromEntries(names.map((name) => [name, name in given ? given[name] : options[name]?.default]));
}

const zeros: InitializerUse = { name: "zeros", options: {} };
const glorot: InitializerUse = { name: "glorot_uniform", options: {} };

export const activationOption: OptionDef = {
  type: { kind: "activation" },
  optional: true,
  default: undefined,
  last: true,
  doc: "The function to apply to the result; without one the result stays linear.",
};
export const useBias: OptionDef = { type: { kind: "bool" }, default: true, doc: "Whether to add a learned bias." };
export const kernelInitializer: OptionDef = {
  type: { kind: "initializer" },
  default: glorot,
  doc: "How the kernel starts.",
};
export const biasInitializer: OptionDef = {
  type: { kind: "initializer" },
  default: zeros,
  doc: "How the bias starts.",
};
export const axisOption = (fallback: number, doc: string): OptionDef => ({
  type: { kind: "axis" },
  default: fallback,
  doc,
});
export const numberOption = (fallback: number, doc: string, range: { min?: number; max?: number } = {}): OptionDef => ({
  type: { kind: "float", ...range },
  default: fallback,
  doc,
});
export const flagOption = (fallback: boolean, doc: string): OptionDef => ({
  type: { kind: "bool" },
  default: fallback,
  doc,
});
