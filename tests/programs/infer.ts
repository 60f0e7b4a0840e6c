// Infers the shape of a value after a list of steps. A misfit returns undefined: then the generator draws something else, and the
// shrinker drops a smaller tree.

import type { OptionValue } from "../../src/ir/graph.ts";
import { type TensorType, tensor } from "../../src/ir/types.ts";
import { inferFormula, inferParts } from "./formulas.ts";
import {
  batched,
  hasBatch,
  inferJoin,
  inferOperator,
  inferUse,
  inner,
  MOST_ELEMENTS,
  product,
  type Scope,
  type Shape,
  shapeOf,
} from "./operators.ts";
import { reckon, type Settings } from "./reckoning.ts";
import type { Axis, Block, BlockCall, Constant, Entry, Experiment, Step, Untrained } from "./tree.ts";

/** The shape of a value of the batch with real numbers; undefined for others. */
const sample = (type: TensorType | undefined): Shape | undefined =>
  type !== undefined && hasBatch(type) && type.dtype === "f32" ? shapeOf(type) : undefined;

function inferStep(step: Step, shape: Shape, scope: Scope): Shape | undefined {
  switch (step.kind) {
    case "layer":
      return sample(inferUse(step.use, [batched(shape)], scope));
    case "declare":
      scope.layers.set(step.name, { of: step.of });
      return shape;
    case "shared":
      return sample(inferShared(step.name, shape, scope));
    case "block":
      return inferBlockStep(step, shape, scope);
    case "branch": {
      const ends = step.branches.map((branch) => infer(branch.steps, shape, inner(scope)));
      if (ends.some((end) => end === undefined)) return undefined;
      return sample(inferJoin(step.join, (ends as Shape[]).map(batched), scope));
    }
    case "repeat": {
      const count = step.from === undefined ? step.count : reckon(step.from, scope.settings);
      if (typeof count !== "number" || count < 0 || count > 4) return undefined;
      let now: Shape | undefined = shape;
      for (let turn = 0; turn < count && now !== undefined; turn++) now = infer(step.steps, now, inner(scope));
      return now;
    }
    case "if": {
      const chosen = reckon(step.condition, scope.settings);
      if (typeof chosen !== "boolean") return undefined;
      const taken = chosen ? step.whenTrue : step.whenFalse;
      return taken === undefined ? shape : infer(taken, shape, inner(scope));
    }
    case "param": {
      const sizes = (step.axes ?? step.shape).map((axis) =>
        typeof axis === "number" ? axis : scope.settings.get(axis),
      );
      if (!sizes.every((size) => typeof size === "number")) return undefined;
      const weight = tensor("f32", ...sizes);
      scope.values.set(step.name, weight);
      scope.log?.push(JSON.stringify(sizes));
      return sample(
        step.first
          ? inferOperator(step.operator, weight, batched(shape))
          : inferOperator(step.operator, batched(shape), weight),
      );
    }
    case "number":
      return shape;
    case "keep": {
      const type = step.formula === undefined ? batched(shape) : inferFormula(step.formula, batched(shape), scope);
      if (type === undefined) return undefined;
      scope.values.set(step.name, type);
      return shape;
    }
    case "formula":
      return sample(inferFormula(step.formula, batched(shape), scope));
    case "parts": {
      const types = inferParts(step.formula, batched(shape), scope);
      if (types?.length !== step.names.length) return undefined;
      for (const [i, name] of step.names.entries()) scope.values.set(name, types[i]!);
      return shape;
    }
    case "scan":
      return inferScan(step, shape, scope);
    case "join": {
      const other = scope.values.get(step.name);
      return other && sample(inferJoin(step.join, [batched(shape), other], scope));
    }
  }
}

function inferShared(name: string, shape: Shape, scope: Scope): TensorType | undefined {
  const layer = scope.layers.get(name);
  if (layer === undefined) return undefined;
  const { of } = layer;
  if (!("block" in of)) return inferUse(of, [batched(shape)], scope, layer.fresh === true ? undefined : layer);
  const log: string[] = [];
  const result = inferBlock(of, [batched(shape)], { ...scope, log });
  const text = JSON.stringify(log);
  scope.log?.push(...log);
  if (result === undefined || "entries" in result || (layer.weights ?? text) !== text) return undefined;
  layer.weights = text;
  return result.type;
}

type Result = { readonly type: TensorType } | { readonly entries: ReadonlyMap<string, TensorType> };

function inferBlockStep(step: Extract<Step, { kind: "block" }>, shape: Shape, scope: Scope): Shape | undefined {
  const others = step.others.map((formula) => inferFormula(formula, batched(shape), scope));
  if (!others.every((type) => type !== undefined)) return undefined;
  const result = inferBlock(step.call, [batched(shape), ...others], scope);
  if (result === undefined) return undefined;
  if ("entries" in result) {
    if (step.kept === undefined) return step.taken === undefined ? undefined : sample(result.entries.get(step.taken));
    scope.records.set(step.kept, result.entries);
    return shape;
  }
  if (step.taken !== undefined) return undefined;
  if (step.kept === undefined) return sample(result.type);
  scope.values.set(step.kept, result.type);
  return shape;
}

/** The carried value after the last step, then what the steps make, along the axis of the sequence. */
function inferScan(
  { call, init, names }: Extract<Step, { kind: "scan" }>,
  shape: Shape,
  scope: Scope,
): Shape | undefined {
  const start = inferFormula(init, batched(shape), scope);
  const [time, ...rest] = shape;
  if (start?.dtype !== "f32" || time === undefined) return undefined;
  const carried = batched(shapeOf(start));
  const result = inferBlock(call, [carried, batched(rest)], scope);
  if (result === undefined) return undefined;
  const [next, ...made] = "entries" in result ? [...result.entries.values()] : [result.type];
  if (next?.dtype !== "f32" || made.length + 1 !== names.length) return undefined;
  if (!sameSizes(shapeOf(next), shapeOf(carried))) return undefined;
  const all = made.map((type) => ({ ...batched([time, ...shapeOf(type)]), dtype: type.dtype }));
  if (all.some((type) => product(shapeOf(type)) > MOST_ELEMENTS)) return undefined;
  for (const [i, type] of [carried, ...all].entries()) scope.values.set(names[i]!, type);
  return shape;
}

export const sameSizes = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((size, i) => size === b[i]);

/** Whether axes are those of a shape. Names that are not known get the sizes there. */
function bind(axes: readonly Axis[], shape: Shape, settings: Map<string, OptionValue>): boolean {
  if (axes.length !== shape.length) return false;
  for (const [i, axis] of axes.entries()) {
    if (axis === "_") continue;
    const known = typeof axis === "number" ? axis : settings.get(axis);
    if (known !== undefined && known !== shape[i]) return false;
    if (typeof axis === "string") settings.set(axis, shape[i]);
  }
  return true;
}

function inferBlock(
  { block: name, given }: BlockCall,
  inputs: readonly TensorType[],
  scope: Scope,
): Result | undefined {
  const block = scope.blocks.get(name);
  const [first] = inputs;
  if (block === undefined || first === undefined || block.inputs.length !== inputs.length) return undefined;
  if (inputs.some(({ dtype }) => dtype !== "f32")) return undefined;
  const own = scopeWithin(scope);
  for (const [i, { name: input, axes }] of block.inputs.entries()) {
    const type = inputs[i] as TensorType;
    if (!bind(axes, shapeOf(type), own.settings)) return undefined;
    own.values.set(input, type);
  }
  for (const parameter of block.parameters) {
    const from = given.find(({ option }) => option === parameter.name);
    const reckoned = from?.from === undefined ? from?.value : reckon(from.from, scope.settings);
    const usual = parameter.from === undefined ? parameter.value : reckon(parameter.from, own.settings);
    own.settings.set(parameter.name, from === undefined ? usual : reckoned);
    const use = from?.use ?? parameter.use;
    if (use !== undefined) own.layers.set(parameter.name, { of: use, fresh: true });
  }
  const start = sample(first);
  const end = start && infer(block.steps, start, own);
  if (end === undefined) return undefined;
  if (block.entries === undefined) {
    const fits = block.result === undefined || bind(block.result, end, new Map(own.settings));
    return fits ? { type: batched(end) } : undefined;
  }
  const entries = inferEntries(block.entries, end, own);
  return entries && { entries };
}

function inferEntries(
  entries: readonly Entry[],
  end: Shape,
  scope: Scope,
): ReadonlyMap<string, TensorType> | undefined {
  const types = new Map<string, TensorType>();
  for (const { name, formula } of entries) {
    const type = inferFormula(formula, batched(end), scope);
    if (type === undefined) return undefined;
    types.set(name, type);
  }
  return types;
}

/** The scope of a block's body: constants and other blocks alone. */
export const scopeWithin = ({ constants, blocks, log }: Scope): Scope => ({
  ...emptyScope(),
  settings: new Map(constants),
  constants,
  blocks,
  ...(log === undefined ? {} : { log }),
});

/** The shape at the end of steps; undefined where one does not fit. Names go into the scope. */
export function infer(steps: readonly Step[], shape: Shape, scope: Scope): Shape | undefined {
  let now: Shape | undefined = shape;
  for (const step of steps) {
    if (now === undefined) return undefined;
    now = inferStep(step, now, scope);
  }
  return now;
}

export const emptyScope = (): Scope => ({
  values: new Map(),
  records: new Map(),
  layers: new Map(),
  settings: new Map(),
  constants: new Map(),
  blocks: new Map(),
});

/** The values of constants, each from those before it; undefined where one has none. */
export function constantValues(constants: readonly Constant[]): Settings | undefined {
  const settings = new Map<string, OptionValue>();
  for (const { name, value, from } of constants) {
    const own = from === undefined ? value : reckon(from, settings);
    if (own === undefined) return undefined;
    settings.set(name, own);
  }
  return settings;
}

interface Shared {
  readonly constants: readonly Constant[];
  readonly blocks: readonly Block[];
}

/** What a model's steps start from: its inputs, constants and parameters. Undefined where these do not fit. */
export function scopeOf(
  { inputs, parameters }: Pick<Experiment, "inputs" | "parameters">,
  { constants, blocks }: Shared,
): Scope | undefined {
  const known = constantValues(constants);
  if (known === undefined) return undefined;
  const settings = new Map<string, OptionValue>(known);
  for (const { shape, axes } of inputs) if (axes !== undefined && !bind(axes, shape, settings)) return undefined;
  for (const { name, value, from } of parameters)
    settings.set(name, from === undefined ? value : reckon(from, settings));
  return {
    ...emptyScope(),
    values: new Map(
      inputs.map(({ name, shape, tokens }) => [
        name,
        { ...batched(shape), dtype: tokens === undefined ? "f32" : "i32" },
      ]),
    ),
    settings,
    constants: known,
    blocks: new Map(blocks.map((block) => [block.name, block])),
  };
}

/** The outputs of a model that nothing trains; undefined where its steps do not fit, or an output is no value of the batch. */
export function entriesOf(untrained: Untrained, shared: Shared): ReadonlyMap<string, TensorType> | undefined {
  const [first] = untrained.inputs;
  const scope = scopeOf(untrained, shared);
  const end = first && scope && infer(untrained.steps, first.shape, scope);
  const entries = end && scope && inferEntries(untrained.outputs, end, scope);
  return entries !== undefined && entries.size > 0 && [...entries.values()].every(hasBatch) ? entries : undefined;
}

/** The shapes of an experiment's outputs by name, its own first; undefined where something does not fit. */
export function outputShapes(experiment: Experiment, shared: Shared): ReadonlyMap<string, Shape> | undefined {
  const { inputs, steps, goals = [], target } = experiment;
  const [first] = inputs;
  const scope = scopeOf(experiment, shared);
  const end = first && scope && infer(steps, first.shape, scope);
  if (end === undefined || scope === undefined) return undefined;
  const shapes = new Map([[target.name, end]]);
  for (const { name, formula } of goals) {
    const shape = sample(inferFormula(formula, batched(end), scope));
    if (shape === undefined) return undefined;
    shapes.set(name, shape);
  }
  return shapes;
}
