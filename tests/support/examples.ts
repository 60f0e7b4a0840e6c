// The examples of operator definitions as graphs: reads their one-line calls and types without the checker, so that a fault
// there cannot hide one here.

import type { OptionRecord, OptionValue } from "../../src/ir/graph.ts";
import { batchSize } from "../../src/ir/size.ts";
import type { DType, TensorType } from "../../src/ir/types.ts";
import { callContext, inputNames } from "../../src/ops/call.ts";
import type { OpDef, OptionKind, WeightDef } from "../../src/ops/definition.ts";
import { allDefinitions, findFunction, findInitializer, findOperator } from "../../src/ops/registry.ts";
import { everything } from "./extent.ts";
import { numbers } from "./graphs.ts";

export interface ExampleCall {
  readonly title: string;
  readonly operator: OpDef;
  readonly options: OptionRecord;
  /** With the batch axis. */
  readonly inputs: readonly TensorType[];
  /** The input that each is for, where they are not simply the inputs in order. */
  readonly given?: readonly string[];
  readonly output: TensorType;
  /** The types of further results. */
  readonly more: readonly TensorType[];
  readonly weights: readonly WeightDef[];
}

type Raw =
  | number
  | string
  | boolean
  | undefined
  | readonly Raw[]
  | { readonly name: string; readonly args: readonly Argument[] };
interface Argument {
  readonly name?: string;
  readonly value: Raw;
}

/** Reads `Conv2D(4, 3x3, relu, padding: same)`. */
function readCall(text: string): { readonly name: string; readonly args: readonly Argument[] } {
  let rest = text;
  const take = (pattern: RegExp): string | undefined => {
    const found = pattern.exec(rest)?.[0];
    if (found !== undefined) rest = rest.slice(found.length).trimStart();
    return found?.trim();
  };
  const value = (): Raw => {
    const size = take(/^\d+(x\d+)+/);
    if (size !== undefined) return size.split("x").map(Number);
    const number = take(/^-?\d+(\.\d+)?(e-?\d+)?/);
    if (number !== undefined) return Number(number);
    if (take(/^\[/) !== undefined) {
      const items: Raw[] = [];
      while (take(/^\]/) === undefined) {
        items.push(value());
        take(/^,/);
      }
      return items;
    }
    const quoted = take(/^"[^"]*"/);
    if (quoted !== undefined) return JSON.parse(quoted);
    const name = take(/^\w+/);
    if (name === undefined) throw new Error(`cannot read '${rest}' in '${text}'`);
    if (name === "_") return -1;
    if (name === "true" || name === "false") return name === "true";
    if (name === "none") return undefined;
    return rest.startsWith("(") ? { name, args: args() } : name;
  };
  const args = (): readonly Argument[] => {
    const found: Argument[] = [];
    if (take(/^\(/) === undefined) return found;
    while (take(/^\)/) === undefined) {
      const name = take(/^\w+\s*:/)?.replace(/\s*:$/, "");
      found.push(name === undefined ? { value: value() } : { name, value: value() });
      take(/^,/);
    }
    return found;
  };
  const name = take(/^\w+/) ?? "";
  return { name, args: args() };
}

const asList = (raw: Raw): readonly Raw[] => (Array.isArray(raw) ? raw : [raw]);
const asUse = (raw: Raw): { readonly name: string; readonly args: readonly Argument[] } =>
  typeof raw === "object" && "name" in raw ? raw : { name: String(raw), args: [] };

function convert(kind: OptionKind, raw: Raw): OptionValue {
  if (raw === undefined) return kind.kind === "choice" && kind.values.includes("none") ? "none" : undefined;
  const numbers = asList(raw).flatMap((item) => (Array.isArray(item) ? item.map(Number) : [Number(item)]));
  switch (kind.kind) {
    case "size":
      return numbers.length === 1 ? new Array<number>(kind.rank).fill(numbers[0]!) : numbers;
    case "padding": {
      const { rank = 1 } = kind;
      if (numbers.length === 1) return new Array<number>(2 * rank).fill(numbers[0]!);
      return numbers.length === rank && rank > 1 ? numbers.flatMap((x) => [x, x]) : numbers;
    }
    case "shape":
    case "axes":
      return numbers;
    case "numbers":
      return kind.single === true && !Array.isArray(raw) ? numbers[0] : numbers;
    case "activation": {
      const { name, args } = asUse(raw);
      const definition = findFunction(name)!;
      return { name, options: resolveOptions(definition, args) };
    }
    case "layer":
      return Array.isArray(raw) ? raw.map(layerOf) : layerOf(raw);
    case "initializer": {
      const { name, args } = asUse(raw);
      const definition = findInitializer(name)!;
      return { name, options: resolveOptions(definition, args) };
    }
    default:
      return raw as OptionValue;
  }
}

function resolveOptions(
  definition: Pick<OpDef, "options" | "positional" | "name">,
  args: readonly Argument[],
): OptionRecord {
  const given: Record<string, OptionValue> = {};
  let position = 0;
  for (const { name, value } of args) {
    let key = name;
    while (key === undefined || given[key] !== undefined) {
      const next = definition.positional[position++];
      if (next === undefined) throw new Error(`${definition.name}: too many positional options`);
      // An activation may follow the size: a name goes to the next option that takes one.
      const takesNames = ["activation", "choice", "initializer", "string"].includes(
        definition.options[next]!.type.kind,
      );
      if (typeof value !== "string" || takesNames) key = next;
    }
    const option = definition.options[key];
    if (option === undefined) throw new Error(`${definition.name} has no option '${key}'`);
    given[key] = convert(option.type, value);
  }
  return Object.fromEntries(
    Object.entries(definition.options).map(([key, option]) => [key, key in given ? given[key] : option.default]),
  );
}

function layerOf(raw: Raw): OptionValue {
  const { name, args } = asUse(raw);
  return { name, options: resolveOptions(findOperator(name)!, args) };
}

function readType(text: string): TensorType {
  const [, one, dtype = "", sizes = ""] = /^(one )?(\w+)\[(.*)\]$/.exec(text.trim()) ?? [];
  const shape = sizes.split(",").flatMap((size) => (size.trim() === "" ? [] : [Number(size)]));
  return { dtype: dtype as DType, shape: one === undefined ? [batchSize, ...shape] : shape };
}

/**
 * Numbers for an input or weight of an example: from the domain of its operator, and of the type of the input, so that
 * some of them are equal where they are whole.
 */
export function valuesFor(example: ExampleCall, name: string, length: number): Float64Array {
  const seed = [...name].reduce((sum, c) => sum * 31 + c.charCodeAt(0), 7) >>> 0;
  const dtype = /^x\d+$/.test(name) ? example.inputs[Number(name.slice(1))]?.dtype : undefined;
  // Three of four hold, so that a mask leaves something of a sequence.
  if (dtype === "bool") return numbers(length, seed, 0, 4).map((value) => (value < 1 ? 0 : 1));
  if (dtype === "i32") return numbers(length, seed, -3, 4).map(Math.floor);
  const [low, high] = name.endsWith("variance") ? [0.3, 2] : (example.operator.domain ?? [-2, 2]);
  return numbers(length, seed, low, high);
}

/** `f32[3, 2], mask: bool[3]` as its two parts. */
const separated = (types: string): readonly string[] => types.split(/,(?![^[]*\])/);

/** The inputs that a type names, `mask: bool[3]`; undefined if they are simply the inputs in order. */
function givenNames(operator: OpDef, types: readonly string[]): readonly string[] | undefined {
  const inOrder = inputNames(operator, types.length);
  const names = types.map((type, i) => /^\s*(\w+):/.exec(type)?.[1] ?? inOrder[i] ?? "");
  return names.join() === inOrder.join() ? undefined : names;
}

/** The example's call, as its operator sees it. */
export const contextOf = <T>({ operator, given }: ExampleCall, args: readonly T[]) =>
  callContext(operator, args, given, findOperator);

let all: readonly ExampleCall[] | undefined;
/** Every example of every layer and function; read once, since the random programs ask for them again and again. */
export const exampleCalls = (): readonly ExampleCall[] => (all ??= readExamples());

function readExamples(): readonly ExampleCall[] {
  const operators = allDefinitions().flatMap((definition) =>
    definition.tier === "layer" || definition.tier === "function" ? [definition] : [],
  );
  return operators.flatMap((operator) =>
    operator.examples.map(({ nn, type }) => {
      const [from = "", to = ""] = type.split("->");
      const inputs = separated(from)
        .filter((text) => text.trim() !== "")
        .map((text) => readType(text.replace(/^\s*\w+:/, "")));
      const [output = readType(to), ...more] = separated(to).map(readType);
      const options = resolveOptions(operator, readCall(nn).args);
      const given = givenNames(operator, separated(from));
      const context = callContext(operator, inputs, given, findOperator);
      const weights = operator.weights?.(inputs, options, context) ?? [];
      const names = given === undefined ? {} : { given };
      return { title: `${nn}: ${type}`, operator, options, inputs, ...names, output, more, weights };
    }),
  );
}

/** The modes that a call is tried in: `npm test` takes that of training where the two differ. */
export const modesOf = ({ operator }: ExampleCall): readonly boolean[] =>
  operator.trainingDiffers === true ? (everything ? [false, true] : [true]) : [false];

/** Layers that draw from others, each of which is tried by itself: their graphs hold all of them. */
const drawn: ReadonlySet<string> = new Set(["RandAugment", "AugMix"]);

/**
 * What tests of every operator run: its first example, and in `npm run test:all` all of them, also at other sizes, and those that
 * hold many others.
 */
export const calls = (): readonly ExampleCall[] =>
  everything
    ? [...exampleCalls(), ...resizedCalls()]
    : exampleCalls().filter(({ operator }, i, all) => all[i - 1]?.operator !== operator && !drawn.has(operator.name));

/**
 * The examples once more at other sizes, as far as the operator takes them: every free size 1, and every one odd. The
 * shape rule says which; an example with no other size gives none.
 */
export function resizedCalls(): readonly ExampleCall[] {
  const changes: readonly (readonly [string, (size: number) => number])[] = [
    ["sizes of 1", () => 1],
    ["odd sizes", (size) => size + 1 + (size % 2)],
  ];
  // The deviation of one number is 0, where its root has no derivative; Keras's is no number either.
  const several = exampleCalls().filter(({ operator }) => operator.name !== "std");
  return several.flatMap((example) =>
    changes.flatMap(([what, change]) => {
      // All axes at once if the operator takes that, else all but the last, else all but the first.
      const ranges = [
        (axis: number) => axis > 0,
        (axis: number, rank: number) => axis > 0 && axis < rank - 1,
        (axis: number) => axis > 1,
      ];
      for (const changes of ranges) {
        const inputs = example.inputs.map(
          (type): TensorType => ({
            ...type,
            shape: type.shape.map((size, axis) =>
              typeof size === "number" && changes(axis, type.shape.length) ? change(size) : size,
            ),
          }),
        );
        if (JSON.stringify(inputs) === JSON.stringify(example.inputs)) continue;
        const context = contextOf(example, inputs);
        const { operator, options } = example;
        const output = operator.shape(inputs, options, context);
        if ("bad" in output) continue;
        const weights = operator.weights?.(inputs, options, context) ?? [];
        const more = operator.more?.(inputs, options, context) ?? [];
        return [{ ...example, title: `${example.title}, ${what}`, inputs, output: output.ok, more, weights }];
      }
      return [];
    }),
  );
}
