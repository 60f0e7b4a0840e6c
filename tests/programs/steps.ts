// Random steps of a body: layers, branches that join again, shared layers, parameters, blocks, repetitions and choices, if
// the shape rules accept them.

import { blockSteps } from "./blocks.ts";
import { drawFormula } from "./drawFormula.ts";
import { namedSteps } from "./drawNamed.ts";
import { scanSteps } from "./drawScan.ts";
import { sequenceSteps } from "./drawSequence.ts";
import { someExample, typedSteps } from "./drawTyped.ts";
import { infer } from "./infer.ts";
import {
  drawLayer,
  growing,
  joining,
  layer,
  layerSteps,
  type Making,
  narrow,
  numberStep,
  single,
  toPositive,
  weighted,
} from "./layers.ts";
import { batched, hasBatch, inferJoin, type Scope, type Shape, trial } from "./operators.ts";
import { drawTruth, drawWhole, nameOf } from "./reckoning.ts";
import type { Join, Operator, Step } from "./tree.ts";

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
const raises = (join: Join): boolean => ["**", "pow", "power"].includes(joinName(join));
/** Whether all but its first value must not be 0. */
const divides = (join: Join): boolean => joinName(join) === "/" || (narrow.has(joinName(join)) && !raises(join));

function branchSteps(making: Making, shape: Shape, scope: Scope, budget: number): readonly Step[] {
  const { random, names } = making;
  const count = random.pick([2, 2, 2, 3]);
  const ways = Array.from({ length: count }, () =>
    random.chance(0.1)
      ? { steps: controlSteps(making, shape, scope, 1), shape }
      : drawSteps(making, shape, trial(scope), random.int(0, Math.min(2, budget))),
  );
  const ends = ways.map(({ steps, shape: end }) => infer(steps, shape, trial(scope)) ?? end);
  for (let attempt = 0; attempt < 12; attempt++) {
    const join = drawJoin(making, ends);
    if (inferJoin(join, ends.map(batched), trial(scope)) === undefined) continue;
    const branches = ways.map(({ steps }, i) => {
      const safe = (divides(join) && i > 0) || raises(join) ? toPositive() : [];
      const bounded = raises(join) && i > 0 ? [layer("tanh")] : safe;
      return { name: names.value(), steps: [...steps, ...(safe.length > 0 ? bounded : [])] };
    });
    return [{ kind: "branch", join, branches, ...(random.chance(0.2) ? { apart: true } : {}) }];
  }
  return [];
}

/** The matrix product with the value itself turned over, as attention has it. */
function productSteps(making: Making, shape: Shape, scope: Scope): readonly Step[] {
  const { random, names } = making;
  const rank = shape.length;
  if (rank < 2) return [];
  const before = (): readonly Step[] =>
    random.chance(0.5) ? drawSteps(making, shape, trial(scope), 1).steps.filter(({ kind }) => kind === "layer") : [];
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
  const [name, type] = random.pick(known);
  for (let attempt = 0; attempt < 8; attempt++) {
    const join = drawJoin(making, [shape]);
    if (!divides(join) && !raises(join) && inferJoin(join, [batched(shape), type], trial(scope)) !== undefined)
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
  if (narrow.has(drawn.name) || growing.has(drawn.name)) return [];
  const shared: Step = { kind: "shared", name };
  const declare: Step = { kind: "declare", name, of: { ...drawn, bare: false } };
  const form = random.weighted({ weights: 4, twice: 2, shapes: 2, branches: 3 });
  const within = trial(scope);
  const end = infer([declare, shared], shape, within);
  if (end === undefined) return [];
  switch (form) {
    case "weights": {
      const formula = drawFormula(making, end, within);
      return formula === undefined ? [] : [declare, shared, { kind: "formula", formula }];
    }
    case "twice":
      return [declare, shared, ...(random.chance(0.5) ? [layer("tanh")] : []), shared];
    case "shapes": {
      // Its second use is of another shape, where its weights allow that.
      for (let attempt = 0; attempt < 6; attempt++) {
        const { steps } = making.draw(making, end, trial(within), random.int(1, 2));
        if (infer([...steps, shared], end, trial(within)) !== undefined) return [declare, shared, ...steps, shared];
      }
      return [];
    }
    case "branches": {
      // Two branches through one layer.
      const branches = [0, 1].map(() => {
        const before = drawSteps(making, shape, trial(scope), random.int(0, Math.min(1, budget))).steps;
        return { name: names.value(), steps: [...before, shared] };
      });
      return [declare, { kind: "branch", join: drawJoin(making, [shape, shape]), branches }];
    }
  }
}

function repeatSteps(making: Making, shape: Shape, scope: Scope, budget: number): readonly Step[] {
  const { random } = making;
  const steps = drawSteps(making, shape, trial(scope), random.int(1, Math.min(2, budget))).steps;
  const count = random.pick([0, 1, 2, 2, 3]);
  const from = random.chance(0.4) ? drawWhole(random, count, scope.settings) : undefined;
  return [{ kind: "repeat", count, ...(from === undefined ? {} : { from }), steps }];
}

function ifSteps(making: Making, shape: Shape, scope: Scope, budget: number): readonly Step[] {
  const { random, names } = making;
  const body = (): readonly Step[] => drawSteps(making, shape, trial(scope), random.int(1, Math.min(2, budget))).steps;
  const wanted = random.chance(0.5);
  let condition = random.chance(0.5) ? drawTruth(random, wanted, scope.settings) : undefined;
  if (condition === undefined) {
    const flag = names.value();
    making.parameters.push({ name: flag, type: "bool", text: String(wanted), value: wanted });
    scope.settings.set(flag, wanted);
    condition = random.chance(0.3) ? { form: "not", of: nameOf(flag) } : nameOf(flag);
  }
  const chain = random.chance(0.25) ? ifSteps(making, shape, scope, budget) : undefined;
  const whenFalse = chain ?? (random.chance(0.5) ? body() : undefined);
  return [{ kind: "if", condition, whenTrue: body(), ...(whenFalse === undefined ? {} : { whenFalse }) }];
}

/** A choice or repetition alone: it stands behind a pipe. */
const controlSteps = (making: Making, shape: Shape, scope: Scope, budget: number): readonly Step[] =>
  (making.random.chance(0.5) ? ifSteps : repeatSteps)(making, shape, scope, budget);

function formulaSteps(making: Making, shape: Shape, scope: Scope): readonly Step[] {
  const { random, names } = making;
  const kept = random.chance(0.25);
  const formula = drawFormula(making, shape, scope, kept && random.chance(0.4) ? () => true : hasBatch);
  if (formula === undefined) return [];
  return [kept ? { kind: "keep", name: names.value(), formula } : { kind: "formula", formula }];
}

const kinds = {
  layer: 10,
  branch: 2,
  product: 0.6,
  join: 0.8,
  param: 0.7,
  number: 0.8,
  shared: 1,
  repeat: 0.7,
  if: 0.7,
  block: 1.5,
  keep: 0.8,
  formula: 2,
  typed: 1.5,
  example: 4,
  named: 0.6,
  sequence: 0.8,
  scan: 0.5,
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
    case "formula":
      return formulaSteps(making, shape, scope);
    case "typed":
      return typedSteps(making, shape, scope);
    case "example":
      return someExample(making, shape);
    case "named":
      return namedSteps(making, shape, scope);
    case "sequence":
      return sequenceSteps(making, shape, scope);
    case "scan":
      return budget > 1 ? scanSteps(making, shape, scope, budget - 1) : [];
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
      const end = more.length === 0 ? undefined : infer(more, shape, trial(scope));
      if (end === undefined) continue;
      infer(more, shape, scope);
      steps.push(...more);
      shape = end;
      break;
    }
  return { steps, shape };
}
