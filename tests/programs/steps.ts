// Random steps of a body: layers, branches that join again, shared layers, parameters, blocks, repetitions and choices, if
// the shape rules accept them.

import { abstracted } from "./abstract.ts";
import { infer, inferJoin, inner, type Scope, type Shape } from "./infer.ts";
import {
  drawLayer,
  growing,
  joining,
  layer,
  layerSteps,
  type Making,
  numberStep,
  positive,
  single,
  toPositive,
  weighted,
} from "./layers.ts";
import type { Block, Given, Join, Operator, Parameter, Step } from "./tree.ts";

const signs: readonly Operator[] = ["+", "-", "*", "+", "*", "/", "@", "**"];

function drawJoin(making: Making, shapes: readonly Shape[]): Join {
  const { random } = making;
  if (random.chance(0.35)) return { form: "operator", operator: random.pick(signs) };
  const def = random.pick(joining);
  const whole = { ...drawLayer(making, def, shapes[0]!), bare: false };
  // Behind tensors in parentheses a number is a tensor too, so that options go by name.
  const keyed = whole.given.map((given) => ({ ...given, key: given.key ?? given.option }));
  const drawn = def.tier === "function" ? { ...whole, given: keyed } : whole;
  return { form: def.tier === "function" ? "call" : "layer", use: drawn };
}

const joinName = (join: Join): string => (join.form === "operator" ? join.operator : join.use.name);
const divides = (join: Join): boolean => ["/", "div", "divide"].includes(joinName(join));
const raises = (join: Join): boolean => ["**", "pow", "power"].includes(joinName(join));

function branchSteps(making: Making, shape: Shape, scope: Scope, budget: number): readonly Step[] {
  const { random, names } = making;
  const count = random.pick([2, 2, 2, 3]);
  const ways = Array.from({ length: count }, () =>
    drawSteps(making, shape, inner(scope), random.int(0, Math.min(2, budget))),
  );
  const ends = ways.map((way) => way.shape);
  for (let attempt = 0; attempt < 12; attempt++) {
    const join = drawJoin(making, ends);
    if (inferJoin(join, ends, scope) === undefined) continue;
    const branches = ways.map(({ steps }, i) => {
      const safe = (divides(join) && i > 0) || raises(join) ? toPositive() : [];
      const bounded = raises(join) && i > 0 ? [layer("tanh")] : safe;
      return { name: names.value(), steps: [...steps, ...(safe.length > 0 ? bounded : [])] };
    });
    return [{ kind: "branch", join, branches }];
  }
  return [];
}

/** The matrix product with the value itself turned over, as attention has it. */
function productSteps(making: Making, shape: Shape, scope: Scope): readonly Step[] {
  const { random, names } = making;
  const rank = shape.length;
  if (rank < 2) return [];
  const before = (): readonly Step[] =>
    random.chance(0.5) ? drawSteps(making, shape, inner(scope), 1).steps.filter(({ kind }) => kind === "layer") : [];
  const dims = Array.from({ length: rank }, (_, i) => (i < rank - 2 ? i + 1 : 2 * rank - 2 - i));
  const turned: Step = {
    kind: "layer",
    called: false,
    use: { name: "Permute", given: [{ option: "dims", text: `[${dims.join(", ")}]`, value: dims }], common: [] },
  };
  const sides = random.chance(0.7) ? [before(), [...before(), turned]] : [[...before(), turned], before()];
  const join: Join = random.chance(0.7)
    ? { form: "operator", operator: "@" }
    : { form: "call", use: { name: "matmul", given: [], common: [] } };
  const scaled = random.chance(0.3) ? [numberStep("*", 0.5)] : [];
  return [{ kind: "branch", join, branches: sides.map((steps) => ({ name: names.value(), steps })) }, ...scaled];
}

function joinSteps(making: Making, shape: Shape, scope: Scope): readonly Step[] {
  const { random } = making;
  const known = [...scope.values];
  if (known.length === 0) return [];
  const [name, other] = random.pick(known);
  for (let attempt = 0; attempt < 8; attempt++) {
    const join = drawJoin(making, [shape, other]);
    if (!divides(join) && !raises(join) && inferJoin(join, [shape, other], scope) !== undefined)
      return [{ kind: "join", name, join }];
  }
  return [];
}

function paramSteps(making: Making, shape: Shape): readonly Step[] {
  const { random, names } = making;
  const operator = random.pick(["+", "-", "*", "*", "@"] as const);
  const last = shape.at(-1) ?? 1;
  const initializer = random.pick([undefined, "ones", "glorot_uniform", "random_normal(stddev: 0.3)", "constant(0.5)"]);
  if (operator === "@") {
    if (shape.length < 1) return [];
    return [
      {
        kind: "param",
        name: names.value(),
        shape: [last, random.int(1, 4)],
        ...(initializer === undefined || initializer === "ones" ? {} : { initializer }),
        operator,
        first: false,
      },
    ];
  }
  const kept = shape.slice(random.int(0, Math.max(0, shape.length - 1)));
  const sizes = kept.map((size) => (random.chance(0.2) ? 1 : size));
  return [
    {
      kind: "param",
      name: names.value(),
      shape: sizes,
      ...(initializer === undefined ? {} : { initializer }),
      operator,
      first: random.chance(0.3),
    },
  ];
}

function numberSteps({ random }: Making): readonly Step[] {
  const operator = random.pick(["+", "-", "*", "/", "**"] as const);
  if (operator === "**")
    return random.chance(0.5)
      ? [numberStep("**", random.pick([2, 3]))]
      : [layer("tanh"), numberStep("**", random.pick([2, 0.5]), true)];
  const first = random.chance(0.3);
  const value = random.pick([0.5, 2, 3, 1.5, 0.1, ...(operator === "/" ? [4] : [-1, -0.5, 1])]);
  return [...(operator === "/" && first ? toPositive() : []), numberStep(operator, value, first)];
}

function sharedSteps(making: Making, shape: Shape, scope: Scope, budget: number): readonly Step[] {
  const { random, names } = making;
  const known = [...scope.layers.keys()];
  if (known.length > 0 && random.chance(0.6)) return [{ kind: "shared", name: random.pick(known) }];
  const name = names.value();
  const drawn = drawLayer(making, random.pick(random.chance(0.6) ? weighted : single), shape);
  if (positive.has(drawn.name) || growing.has(drawn.name)) return [];
  const shared: Step = { kind: "shared", name };
  const declare: Step = { kind: "declare", name, use: { ...drawn, bare: false } };
  if (random.chance(0.4)) return [declare, shared, ...(random.chance(0.5) ? [layer("tanh")] : []), shared];
  // Two branches through one layer.
  const branches = [0, 1].map(() => {
    const before = drawSteps(making, shape, inner(scope), random.int(0, Math.min(1, budget))).steps;
    return { name: names.value(), steps: [...before, shared] };
  });
  return [declare, { kind: "branch", join: drawJoin(making, [shape, shape]), branches }];
}

function repeatSteps(making: Making, shape: Shape, scope: Scope, budget: number): readonly Step[] {
  const { random } = making;
  const steps = drawSteps(making, shape, inner(scope), random.int(1, Math.min(2, budget))).steps;
  return [{ kind: "repeat", count: random.pick([1, 2, 2, 3]), steps }];
}

function ifSteps(making: Making, shape: Shape, scope: Scope, budget: number): readonly Step[] {
  const { random, names } = making;
  const value = random.chance(0.5);
  const flag = names.value();
  const body = (): readonly Step[] => drawSteps(making, shape, inner(scope), random.int(1, Math.min(2, budget))).steps;
  making.parameters.push({ name: flag, type: "bool", text: String(value), value });
  scope.settings.set(flag, value);
  return [
    {
      kind: "if",
      flag,
      negated: random.chance(0.3),
      whenTrue: body(),
      ...(random.chance(0.5) ? { whenFalse: body() } : {}),
    },
  ];
}

function blockSteps(making: Making, shape: Shape, scope: Scope, budget: number): readonly Step[] {
  const { random, blocks, names } = making;
  const known = blocks.filter(({ axes }) => axes.length === shape.length);
  if (known.length > 0 && random.chance(0.6)) {
    const block = random.pick(known);
    const given = block.parameters.flatMap(({ name, type, value }): readonly Given[] => {
      if (!random.chance(0.4)) return [];
      if (type === "int" && typeof value === "number") {
        const other = Math.max(1, value + random.int(-1, 2));
        return [{ option: name, key: name, text: String(other), value: other }];
      }
      return type === "bool" ? [{ option: name, key: name, text: String(value !== true), value: value !== true }] : [];
    });
    return [{ kind: "block", name: block.name, given }];
  }
  if (!making.mayDeclare || shape.length === 0) return [];
  const axes = shape.map((size) => (random.chance(0.8) ? names.value() : size));
  const parameters: Parameter[] = [];
  const settings = new Map(axes.flatMap((axis, i) => (typeof axis === "string" ? [[axis, shape[i]!] as const] : [])));
  const own: Making = { ...making, parameters, mayDeclare: false };
  const input = names.value();
  const dimensions = new Map(settings);
  const inside: Scope = { values: new Map(), layers: new Map(), settings: new Map(settings), blocks: scope.blocks };
  const body = drawSteps(own, shape, inside, random.int(1, Math.min(3, budget))).steps;
  const steps = abstracted(random, names, body, parameters, dimensions);
  const block: Block = { name: names.block(), input, axes, parameters, steps };
  blocks.push(block);
  (scope.blocks as Map<string, Block>).set(block.name, block);
  return [{ kind: "block", name: block.name, given: [] }];
}

const kinds = {
  layer: 10,
  branch: 2,
  product: 0.6,
  join: 0.8,
  param: 0.7,
  number: 0.8,
  shared: 1,
  repeat: 0.5,
  if: 0.5,
  block: 0.8,
  keep: 0.8,
};

function draft(making: Making, shape: Shape, scope: Scope, budget: number): readonly Step[] {
  const kind = making.random.weighted(kinds);
  switch (kind) {
    case "layer":
      return layerSteps(making, shape, scope);
    case "branch":
      return budget > 1 ? branchSteps(making, shape, scope, budget - 1) : [];
    case "product":
      return productSteps(making, shape, scope);
    case "join":
      return joinSteps(making, shape, scope);
    case "param":
      return paramSteps(making, shape);
    case "number":
      return numberSteps(making);
    case "shared":
      return sharedSteps(making, shape, scope, budget - 1);
    case "repeat":
      return budget > 1 ? repeatSteps(making, shape, scope, budget - 1) : [];
    case "if":
      return budget > 1 ? ifSteps(making, shape, scope, budget - 1) : [];
    case "block":
      return budget > 1 ? blockSteps(making, shape, scope, budget - 1) : [];
    case "keep":
      return [{ kind: "keep", name: making.names.value() }];
  }
}

/** Up to `count` random steps that fit one after another, with the shape at their end. Names go into the scope. */
export function drawSteps(
  making: Making,
  start: Shape,
  scope: Scope,
  count: number,
): { readonly steps: readonly Step[]; readonly shape: Shape } {
  const steps: Step[] = [];
  let shape = start;
  for (let left = count; left > 0; left--)
    for (let attempt = 0; attempt < 25; attempt++) {
      const more = draft(making, shape, scope, left);
      const end = more.length === 0 ? undefined : infer(more, shape, inner(scope));
      if (end === undefined) continue;
      infer(more, shape, scope);
      steps.push(...more);
      shape = end;
      break;
    }
  return { steps, shape };
}
