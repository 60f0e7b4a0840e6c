// Single layers and functions with random options: all that the registry has and the shape rules accept. Arguments stay in the
// domain of a function: a logarithm gets positive numbers. The definitions decide everything else.

import type { OpDef } from "../../src/ops/definition.ts";
import { ruleOptions } from "../../src/ops/governed.ts";
import { allDefinitions } from "../../src/ops/registry.ts";
import { infer } from "./infer.ts";
import type { Names } from "./names.ts";
import { requiredInputs, type Scope, type Shape, trial } from "./operators.ts";
import { drawGiven, nameOf } from "./options.ts";
import type { Random } from "./random.ts";
import type { Block, Operator, Parameter, Step, Use } from "./tree.ts";

/** What a body's steps may bring into being beside themselves. */
export interface Making {
  readonly random: Random;
  readonly names: Names;
  /** Of the whole program. */
  readonly blocks: Block[];
  /** Of the block or model whose body it is. */
  readonly parameters: Parameter[];
  /** How deep in blocks this is. */
  readonly depth: number;
  /** Up to `count` random steps that fit one after another, with the shape at their end. Names go into the scope. */
  draw(
    making: Making,
    start: Shape,
    scope: Scope,
    count: number,
  ): { readonly steps: readonly Step[]; readonly shape: Shape };
}

const operators = allDefinitions().flatMap((def) => (def.tier === "layer" || def.tier === "function" ? [def] : []));
export const single = operators.filter((def) => def.variadic !== true && requiredInputs(def) === 1);
export const joining = operators.filter((def) => def.variadic === true || requiredInputs(def) === 2);
const layers = single.filter(({ tier }) => tier === "layer");
const functions = single.filter(({ tier }) => tier === "function");
export const weighted = single.filter((def) => def.weights !== undefined || def.trainingDiffers === true);
/** Layers that a data field may have: those without weights. */
export const plain = single.filter((def) => def.weights === undefined);
/** Those that change training rows at random. */
const changing = plain.filter((def) => def.trainingDiffers === true);

/** Of values with a certain number of axes: convolutions, pooling, cropping. */
const fixedRank = single.filter((def) => !def.inputs[0]!.shape.startsWith("[..."));

export const use = (name: string): Use => ({ name, given: [], common: [], bare: true });
export const layer = (name: string): Step => ({ kind: "layer", use: use(name), called: false });
/** Functions that some numbers have no result of, by all their names. */
export const narrow: ReadonlyMap<string, readonly [number, number]> = new Map(
  operators.flatMap(({ name, aliases = [], domain }) =>
    domain === undefined ? [] : [name, ...aliases].map((one) => [one, domain] as const),
  ),
);
/** Functions that soon leave what f32 can hold. */
export const growing: ReadonlySet<string> = new Set(["exp", "exponential", "square", "exp2", "expm1", "sinh", "cosh"]);
export const toPositive = (): readonly Step[] => [layer("softplus"), numberStep("+", 0.5)];
/** Steps that bring any number into the domain of a function. */
function toDomain(name: string): readonly Step[] {
  const [low, high] = narrow.get(name) ?? [];
  if (low === undefined || high === undefined) return [];
  if (low > 0) return [layer("softplus"), numberStep("+", low + 0.2)];
  return [layer("tanh"), numberStep("*", high)];
}
export const numberStep = (operator: Operator, value: number, first = false): Step => ({
  kind: "number",
  operator,
  value,
  first,
});

/** Regularizers and constraints that every weight and result takes. */
const regularizers = ["l1", "l2(0.001)", "L1L2(0.01, l2: 0.02)", "l1_l2(l1: 0.003)"];
const constraints = ["non_neg", "max_norm(2)", "UnitNorm()", "min_max_norm(0.1, rate: 0.5)"];

function rules(random: Random, def: OpDef): readonly string[] {
  return Object.entries(ruleOptions(def)).flatMap(([name, { type }]) => {
    if (!random.chance(0.04)) return [];
    if (type.kind === "constraint") return [`${name}: ${random.pick(constraints)}`];
    // Only a matrix has rows that can be orthogonal.
    const matrix = name === "kernel_regularizer" && "units" in def.options;
    return [`${name}: ${random.pick(matrix ? [...regularizers, "orthogonal_regularizer(0.02)"] : regularizers)}`];
  });
}

function common(making: Making, def: OpDef): readonly string[] {
  const { random, names } = making;
  const made: string[] = [];
  if (random.chance(0.06)) made.push(`name: ${JSON.stringify(names.layer())}`);
  if (def.tier === "layer" && def.weights !== undefined && random.chance(0.07))
    made.push(`trainable: ${random.chance(0.8) ? "false" : "true"}`);
  return [...made, ...rules(random, def)];
}

/** A definition with random options for a value of a shape, as a layer. */
export function drawLayer(making: Making, def: OpDef, shape: Shape): Use {
  const { random } = making;
  const given = drawGiven(random, def, { sizes: shape, depth: 0 }, random.pick([0, 0.15, 0.3, 0.6]));
  const bare = def.tier === "function" && random.chance(0.8);
  return { name: nameOf(random, def), given, common: common(making, def), bare };
}

export function layerSteps(making: Making, shape: Shape, scope: Scope): readonly Step[] {
  const { random } = making;
  const group = random.weighted({ weighted: 3, layers: 2.5, functions: 2.5, fixedRank: 4 });
  const groups = { weighted, layers, functions, fixedRank };
  // Few draws fit a small value: without further ones, layers that ask for much would hardly come.
  for (let attempt = 0; attempt < (group === "fixedRank" ? 15 : 1); attempt++) {
    const def = random.pick(groups[group]);
    const drawn = drawLayer(making, def, shape);
    const called = def.tier === "function" && random.chance(0.3);
    const before = narrow.has(def.name)
      ? toDomain(def.name)
      : growing.has(def.name) && random.chance(0.8)
        ? [layer("tanh")]
        : [];
    const steps: readonly Step[] = [...before, { kind: "layer", use: drawn, called }];
    if (group !== "fixedRank" || infer(steps, shape, trial(scope)) !== undefined) return steps;
  }
  return [];
}

const withAxis = layers.filter(({ options }) =>
  Object.values(options).some(({ type }) => type.kind === "axis" || type.kind === "axes"),
);

/** A layer along some axis, and the shape after it; undefined where none was found. */
export function alongAxis(making: Making, shape: Shape, scope: Scope) {
  for (let attempt = 0; attempt < 10; attempt++) {
    const def = making.random.pick(withAxis);
    const given = drawGiven(making.random, def, { sizes: shape, depth: 0 }, 1);
    const steps: readonly Step[] = [{ kind: "layer", called: false, use: { name: def.name, given, common: [] } }];
    const end = infer(steps, shape, trial(scope));
    if (end === undefined) continue;
    infer(steps, shape, scope);
    return { steps, shape: end };
  }
  return undefined;
}

/** Steps of a data field. */
export function drawPlain(
  random: Random,
  start: Shape,
  scope: Scope,
  count: number,
): { steps: readonly Step[]; shape: Shape } {
  const steps: Step[] = [];
  let shape = start;
  for (let attempt = 0; attempt < 20 && steps.length < count; attempt++) {
    const def = random.pick(random.chance(0.3) ? changing : plain);
    if (narrow.has(def.name) || growing.has(def.name)) continue;
    const step: Step = {
      kind: "layer",
      called: false,
      use: { name: nameOf(random, def), given: drawGiven(random, def, { sizes: shape, depth: 0 }, 0.3), common: [] },
    };
    const end = infer([step], shape, scope);
    if (end === undefined) continue;
    steps.push(step);
    shape = end;
  }
  return { steps, shape };
}
