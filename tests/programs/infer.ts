// Infers the shape of a value after a list of steps from the shape rules of the definitions alone. A misfit returns undefined:
// then the generator draws something else, and the shrinker drops a smaller tree.

import type { OptionRecord, OptionValue } from "../../src/ir/graph.ts";
import { batchSize } from "../../src/ir/size.ts";
import { type TensorType, tensor } from "../../src/ir/types.ts";
import type { OpDef } from "../../src/ops/definition.ts";
import { findFunction, findInitializer, findOperator } from "../../src/ops/registry.ts";
import { recordOf } from "./options.ts";
import type { Block, Given, Join, Operator, Program, Step, Use } from "./tree.ts";

/** Sizes of one sample. */
export type Shape = readonly number[];

export interface Scope {
  /** Kept values and inputs. */
  readonly values: Map<string, Shape>;
  /** Named layers with what they were declared with, and the shapes of their weights after the first use. */
  readonly layers: Map<string, { readonly use: Use; weights?: string }>;
  /** Parameters, dimensions and constants. */
  readonly settings: Map<string, OptionValue>;
  readonly blocks: ReadonlyMap<string, Block>;
}

/** Elements that a value of one sample may have: sizes stay small, since time is spent on many programs. */
export const MOST_ELEMENTS = 320;
/** Weights that a layer may have. */
const MOST_WEIGHTS = 3000;

const batched = (shape: Shape): TensorType => tensor("f32", batchSize, ...shape);
const product = (sizes: Shape): number => sizes.reduce((a, b) => a * b, 1);
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
    if (one.from !== undefined && !settings.has(one.from)) return undefined;
    const value = one.from === undefined ? one.value : settings.get(one.from);
    const kind = def.options[one.option]?.type;
    // A parameter that is one number is a size of as many axes as are asked for.
    const spread =
      kind?.kind === "size" && typeof value === "number" ? new Array<number>(kind.rank).fill(value) : value;
    read.push({ ...one, value: spread });
  }
  return recordOf(def, read);
}

/** The shape of an operator's result; undefined where its inputs do not fit. */
function applied(def: OpDef, inputs: readonly TensorType[], options: OptionRecord): Shape | undefined {
  if (def.variadic !== true && inputs.length !== def.inputs.length) return undefined;
  const checked = def.shape(inputs, options);
  if ("bad" in checked) return undefined;
  const [batch, ...sizes] = checked.ok.shape;
  if (typeof batch === "number" || sizes.some((size) => typeof size !== "number" || size < 1)) return undefined;
  const shape = sizes as number[];
  return product(shape) <= MOST_ELEMENTS ? shape : undefined;
}

/** The shapes of its weights; undefined where one cannot start as it is told to. */
function weightShapes(def: OpDef, inputs: readonly TensorType[], options: OptionRecord): readonly Shape[] | undefined {
  const weights = def.weights?.(inputs, options) ?? [];
  const misfit = weights.some(
    ({ initializer, shape }) => findInitializer(initializer.name)?.misfit?.(shape) !== undefined,
  );
  return misfit ? undefined : weights.map(({ shape }) => shape as Shape);
}

function inferUse(
  use: Use,
  inputs: readonly Shape[],
  scope: Scope,
  weights?: (text: string) => boolean,
): Shape | undefined {
  const def = findOperator(use.name);
  const options = def && optionsOf(def, use.given, scope);
  if (def === undefined || options === undefined) return undefined;
  const types = inputs.map(batched);
  const shape = applied(def, types, options);
  if (shape === undefined) return undefined;
  const shapes = weightShapes(def, types, options);
  if (shapes === undefined || shapes.some((one) => product(one) > MOST_WEIGHTS)) return undefined;
  return weights === undefined || weights(JSON.stringify(shapes)) ? shape : undefined;
}

export function inferJoin(join: Join, inputs: readonly Shape[], scope: Scope): Shape | undefined {
  if (join.form !== "operator") return inferUse(join.use, inputs, scope);
  const [first, ...more] = inputs;
  if (first === undefined) return undefined;
  // `a + b + c` is computed from the left; parentheses would be needed for `**`.
  return more.reduce<Shape | undefined>(
    (left, right) => left && inferOperator(join.operator, batched(left), batched(right)),
    first,
  );
}

export function inferOperator(operator: Operator, left: TensorType, right: TensorType): Shape | undefined {
  const def = findFunction(operators[operator]);
  return def === undefined ? undefined : applied(def, [left, right], {});
}

function inferStep(step: Step, shape: Shape, scope: Scope): Shape | undefined {
  switch (step.kind) {
    case "layer":
      return inferUse(step.use, [shape], scope);
    case "declare":
      scope.layers.set(step.name, { use: step.use });
      return shape;
    case "shared": {
      const layer = scope.layers.get(step.name);
      if (layer === undefined) return undefined;
      return inferUse(layer.use, [shape], scope, (text) => {
        layer.weights ??= text;
        return layer.weights === text;
      });
    }
    case "block":
      return inferBlock(step, shape, scope);
    case "branch": {
      const ends = step.branches.map((branch) => infer(branch.steps, shape, inner(scope)));
      return ends.some((end) => end === undefined) ? undefined : inferJoin(step.join, ends as Shape[], scope);
    }
    case "repeat": {
      let now: Shape | undefined = shape;
      for (let turn = 0; turn < step.count && now !== undefined; turn++) now = infer(step.steps, now, inner(scope));
      return now;
    }
    case "if": {
      const flag = scope.settings.get(step.flag);
      if (typeof flag !== "boolean") return undefined;
      const taken = flag !== step.negated ? step.whenTrue : step.whenFalse;
      return taken === undefined ? shape : infer(taken, shape, inner(scope));
    }
    case "param": {
      const weight = tensor("f32", ...step.shape);
      return step.first
        ? inferOperator(step.operator, weight, batched(shape))
        : inferOperator(step.operator, batched(shape), weight);
    }
    case "number":
      return shape;
    case "keep":
      scope.values.set(step.name, shape);
      return shape;
    case "join": {
      const other = scope.values.get(step.name);
      return other && inferJoin(step.join, [shape, other], scope);
    }
  }
}

function inferBlock(step: Extract<Step, { kind: "block" }>, shape: Shape, scope: Scope): Shape | undefined {
  const block = scope.blocks.get(step.name);
  if (block === undefined || block.axes.length !== shape.length) return undefined;
  const settings = new Map<string, OptionValue>();
  for (const [i, axis] of block.axes.entries()) {
    const known = typeof axis === "number" ? axis : settings.get(axis);
    if (known !== undefined && known !== shape[i]) return undefined;
    if (typeof axis === "string") settings.set(axis, shape[i]!);
  }
  for (const parameter of block.parameters) {
    const given = step.given.find(({ option }) => option === parameter.name);
    settings.set(parameter.name, given?.value ?? parameter.value);
  }
  const own: Scope = { values: new Map(), layers: new Map(), settings, blocks: scope.blocks };
  return infer(block.steps, shape, own);
}

/** What is named in braces is not known outside; layers of outside are shared. */
export const inner = (scope: Scope): Scope => ({
  values: new Map(scope.values),
  layers: new Map(scope.layers),
  settings: scope.settings,
  blocks: scope.blocks,
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
  layers: new Map(),
  settings: new Map(),
  blocks: new Map(),
});

/** What a program's steps start from: its inputs, constants and parameters. */
export function scopeOf(program: Pick<Program, "constants" | "parameters" | "blocks" | "inputs">): Scope {
  const settings = new Map<string, OptionValue>();
  for (const { name, value } of [...program.constants, ...program.parameters]) settings.set(name, value);
  return {
    values: new Map(program.inputs.map(({ name, shape }) => [name, shape])),
    layers: new Map(),
    settings,
    blocks: new Map(program.blocks.map((block) => [block.name, block])),
  };
}

/** The shape of a program's output; undefined where its steps do not fit. */
export function outputShape(program: Program): Shape | undefined {
  const [first] = program.inputs;
  return first && infer(program.steps, first.shape, scopeOf(program));
}
