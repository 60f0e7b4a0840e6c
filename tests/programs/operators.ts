// Types of single operators' results, from the shape rules of the definitions alone, and what a body's names stand for. A misfit
// returns undefined.

import type { OptionRecord, OptionValue } from "../../src/ir/graph.ts";
import { batchSize } from "../../src/ir/size.ts";
import { type TensorType, tensor } from "../../src/ir/types.ts";
import { callContext } from "../../src/ops/call.ts";
import type { OpDef } from "../../src/ops/definition.ts";
import { findFunction, findInitializer, findOperator, findSubscript } from "../../src/ops/registry.ts";
import { recordOf } from "./options.ts";
import { reckon, type Settings } from "./reckoning.ts";
import type { Block, BlockCall, Given, Join, Operator, Use } from "./tree.ts";

/** Sizes of one sample. */
export type Shape = readonly number[];

/** A named layer. Its first use decides the shapes of its weights. */
export interface NamedLayer {
  readonly of: Use | BlockCall;
  /** Whether each use has weights of its own: a parameter that holds a layer. */
  readonly fresh?: boolean;
  weights?: string;
  /** Its own weights by name. */
  named?: ReadonlyMap<string, Shape>;
}

export interface Scope {
  /** Kept values and inputs; parameters have no batch axis. */
  readonly values: Map<string, TensorType>;
  /** Records of blocks. */
  readonly records: Map<string, ReadonlyMap<string, TensorType>>;
  readonly layers: Map<string, NamedLayer>;
  /** Parameters, dimensions and constants. */
  readonly settings: Map<string, OptionValue>;
  readonly constants: Settings;
  readonly blocks: ReadonlyMap<string, Block>;
  /** Shapes of all weights that are made, where a named block's are compared. */
  readonly log?: string[];
}

/** What is named in braces is not known outside; layers of outside are shared. */
export const inner = (scope: Scope): Scope => ({
  ...scope,
  values: new Map(scope.values),
  records: new Map(scope.records),
  layers: new Map(scope.layers),
});

/** A scope to try steps in: a layer's first use there decides nothing. */
export const trial = (scope: Scope): Scope => ({
  ...inner(scope),
  layers: new Map([...scope.layers].map(([name, layer]) => [name, { ...layer }])),
});

/** Elements that a value of one sample may have: sizes stay small, since time is spent on many programs. */
export const MOST_ELEMENTS = 320;
/** Weights that a layer may have. */
const MOST_WEIGHTS = 3000;

export const batched = (shape: Shape): TensorType => tensor("f32", batchSize, ...shape);
export const hasBatch = ({ shape }: TensorType): boolean => shape.length > 0 && typeof shape[0] !== "number";
export const shapeOf = (type: TensorType): Shape => (hasBatch(type) ? type.shape.slice(1) : type.shape) as Shape;
export const product = (sizes: Shape): number => sizes.reduce((a, b) => a * b, 1);

const operators: Readonly<Record<Operator, string>> = {
  "+": "add",
  "-": "sub",
  "*": "mul",
  "/": "div",
  "**": "pow",
  "@": "matmul",
};

export function optionsOf(def: OpDef, given: readonly Given[], { settings }: Scope): OptionRecord | undefined {
  const read: Given[] = [];
  for (const one of given) {
    const value = one.from === undefined ? one.value : reckon(one.from, settings);
    if (one.from !== undefined && value === undefined) return undefined;
    const { kind, ...range } = def.options[one.option]?.type ?? { kind: "none" };
    const least = kind === "size" && "min" in range ? (range.min ?? 1) : 1;
    if (
      (kind === "size" || kind === "shape") &&
      Array.isArray(value) &&
      value.some((size) => size < least && size !== -1)
    )
      return undefined;
    if (kind === "int" && typeof value === "number" && "min" in range && value < (range.min ?? value)) return undefined;
    // A parameter that is one number is a size of as many axes as are asked for.
    const spread = kind === "size" && typeof value === "number" ? new Array<number>(rankOf(range)).fill(value) : value;
    read.push({ ...one, value: spread });
  }
  // Only examples show texts with a grammar of their own, and none may fit.
  const missing = Object.entries(def.options).some(
    ([name, { required }]) => required === true && !read.some(({ option }) => option === name),
  );
  return missing ? undefined : recordOf(def, read);
}
const rankOf = (range: object): number => ("rank" in range && typeof range.rank === "number" ? range.rank : 1);

/** The number of inputs that a call must have. */
export const requiredInputs = ({ inputs }: OpDef): number => inputs.filter(({ optional }) => optional !== true).length;

/** The types of its results; undefined where its inputs do not fit, or one is too large. */
function appliedAll(
  def: OpDef,
  inputs: readonly TensorType[],
  options: OptionRecord,
  names?: readonly string[],
): readonly TensorType[] | undefined {
  if (names === undefined && def.variadic !== true && inputs.length !== requiredInputs(def)) return undefined;
  // Layers take values of the batch alone.
  if (def.tier === "layer" && !inputs.every(hasBatch)) return undefined;
  const call = callContext(def, inputs, names, findOperator);
  const checked = def.shape(inputs, options, call);
  if ("bad" in checked) return undefined;
  const results = [checked.ok, ...(def.more?.(inputs, options, call) ?? [])];
  const fits = (shape: Shape): boolean =>
    shape.every((size) => typeof size === "number" && size >= 1) && product(shape) <= MOST_ELEMENTS;
  return results.every((type) => fits(shapeOf(type))) ? results : undefined;
}

/** The type of its only result. */
function applied(def: OpDef, inputs: readonly TensorType[], options: OptionRecord): TensorType | undefined {
  const [only, ...more] = appliedAll(def, inputs, options) ?? [];
  return more.length > 0 ? undefined : only;
}

/** The shapes of its weights by name; undefined where one cannot start as it is told to. */
function weightShapes(
  def: OpDef,
  inputs: readonly TensorType[],
  options: OptionRecord,
  names: readonly string[] | undefined,
): ReadonlyMap<string, Shape> | undefined {
  const weights = def.weights?.(inputs, options, callContext(def, inputs, names, findOperator)) ?? [];
  const misfit = weights.some(
    ({ initializer, shape }) => findInitializer(initializer.name)?.misfit?.(shape, initializer.options) !== undefined,
  );
  return misfit ? undefined : new Map(weights.map(({ name, shape }) => [name, shape as Shape]));
}

/** The types of all results of a layer or function. `names` says what each input is for, `layer` is the name's where it has one. */
export function inferResults(
  use: Use,
  inputs: readonly TensorType[],
  scope: Scope,
  names?: readonly string[],
  layer?: NamedLayer,
): readonly TensorType[] | undefined {
  const def = findOperator(use.name);
  const options = def && optionsOf(def, use.given, scope);
  if (def === undefined || options === undefined) return undefined;
  const types = appliedAll(def, inputs, options, names);
  if (types === undefined) return undefined;
  const shapes = weightShapes(def, inputs, options, names);
  if (shapes === undefined || [...shapes.values()].some((one) => product(one) > MOST_WEIGHTS)) return undefined;
  const text = JSON.stringify([...shapes]);
  if (shapes.size > 0) scope.log?.push(text);
  if (layer === undefined) return types;
  if (layer.weights !== undefined && layer.weights !== text) return undefined;
  layer.weights = text;
  layer.named = shapes;
  return types;
}

/** The type of the only result of a layer or function. */
export function inferUse(
  use: Use,
  inputs: readonly TensorType[],
  scope: Scope,
  layer?: NamedLayer,
): TensorType | undefined {
  const [only, ...more] = inferResults(use, inputs, scope, undefined, layer) ?? [];
  return more.length > 0 ? undefined : only;
}

/** The type of a part of a tensor, `x[1:, 0]`. */
export function inferPart(type: TensorType, key: string): TensorType | undefined {
  const def = findSubscript();
  return def && applied(def, [type], recordOf(def, [{ option: "key", text: key, value: key }]));
}

export function inferJoin(join: Join, inputs: readonly TensorType[], scope: Scope): TensorType | undefined {
  if (join.form !== "operator") return inferUse(join.use, inputs, scope);
  const [first, ...more] = inputs;
  if (first === undefined) return undefined;
  // `a + b + c` is computed from the left; parentheses would be needed for `**`.
  return more.reduce<TensorType | undefined>((left, right) => left && inferOperator(join.operator, left, right), first);
}

export function inferOperator(operator: Operator, left: TensorType, right: TensorType): TensorType | undefined {
  const def = findFunction(operators[operator]);
  return def === undefined ? undefined : applied(def, [left, right], {});
}
