// Random loops over the steps of a sequence, `scan`: a block takes a state and a slice, and makes the next state and perhaps more.

import { tensor } from "../../src/ir/types.ts";
import { abstracted } from "./abstract.ts";
import { drawGivens } from "./blocks.ts";
import { drawFormula } from "./drawFormula.ts";
import { cast, exactly, isReal } from "./drawTyped.ts";
import { inferFormula } from "./formulas.ts";
import { infer, sameSizes, scopeWithin } from "./infer.ts";
import type { Making } from "./layers.ts";
import { batched, hasBatch, type Scope, type Shape, shapeOf, trial } from "./operators.ts";
import type { Axis, Block, Entry, Formula, Parameter, Step } from "./tree.ts";

const current: Formula = { form: "current" };
const call = (name: string, ...of: readonly Formula[]): Formula => ({
  form: "call",
  use: { name, given: [], common: [] },
  of,
});
const sum = (left: Formula, right: Formula): Formula => ({ form: "infix", operator: "+", left, right });
const value = (name: string): Formula => ({ form: "value", name });

/** What the loop starts from: numbers, or a value of the body. */
function drawInit({ random }: Making, scope: Scope): Formula {
  const known = [...scope.values].filter(([, type]) => isReal(type) && hasBatch(type) && type.shape.length < 4);
  if (known.length > 0 && random.chance(0.5)) return value(random.pick(known)[0]);
  const sizes = random.pick([[], [random.int(1, 4)], [random.int(1, 4)], [random.int(1, 3), random.int(1, 3)]]);
  if (sizes.length > 0 && random.chance(0.4)) return exactly(tensor("f32", ...sizes));
  const shape = { option: "shape", text: `[${sizes.join(", ")}]`, value: sizes };
  return { form: "call", use: { name: random.pick(["zeros", "ones"]), given: [shape], common: [] }, of: [] };
}

/** The next state, between -1 and 1 so that no loop leaves what numbers can hold. */
function nextState(making: Making, end: Shape, state: string, size: Shape, inside: Scope): Formula {
  const { random } = making;
  const fits = (formula: Formula): boolean => {
    const type = inferFormula(formula, batched(end), trial(inside));
    return type?.dtype === "f32" && hasBatch(type) && sameSizes(shapeOf(type), size);
  };
  const own = random.chance(0.4) ? drawFormula(making, end, inside) : undefined;
  const sums = [sum(value(state), current), sum(value(state), call("mean", current))];
  const made = [...(own === undefined ? [] : [own]), ...(random.chance(0.5) ? [current] : []), ...sums];
  return call("tanh", made.find(fits) ?? value(state));
}

function drawStep(making: Making, state: Shape, slice: Shape, scope: Scope, budget: number): Block {
  const { random, names } = making;
  const parameters: Parameter[] = [];
  const inside = scopeWithin(scope);
  const enter = (shape: Shape): Block["inputs"][number] => {
    const name = names.value();
    const axes = shape.map((size): Axis => {
      if (random.chance(0.4)) return random.chance(0.3) ? "_" : size;
      const axis = names.value();
      inside.settings.set(axis, size);
      return axis;
    });
    inside.values.set(name, batched(shape));
    return { name, axes };
  };
  const inputs = [enter(state), enter(slice)];
  const [carried, read] = inputs.map(({ name }) => name) as [string, string];
  const known = new Map(inside.settings);
  const own: Making = { ...making, parameters, depth: making.depth + 1 };
  const ofSlice = random.chance(0.75);
  const start: readonly Step[] = ofSlice ? [{ kind: "formula", formula: value(read) }] : [];
  const drawn = own.draw(own, ofSlice ? slice : state, inside, random.int(0, Math.min(2, budget)));
  const next = nextState(own, drawn.shape, carried, state, inside);
  const more = Array.from({ length: random.pick([0, 1, 1, 2]) }, (): Entry => {
    const formula = random.chance(0.5) ? undefined : drawFormula(own, drawn.shape, inside);
    return { name: names.value(), formula: formula ?? current };
  });
  const steps = [...start, ...abstracted(random, names, drawn.steps, parameters, known, 0.2)];
  const block = { name: names.block(), inputs, parameters };
  if (more.length === 0 && random.chance(0.7))
    return { ...block, steps: [...steps, { kind: "formula", formula: next }] };
  return { ...block, steps, entries: [{ name: names.value(), formula: next }, ...more] };
}

/** A loop over the first axis, one of whose results goes on. */
export function scanSteps(making: Making, shape: Shape, scope: Scope, budget: number): readonly Step[] {
  const { random, names, blocks } = making;
  if (making.depth > 1 || shape.length === 0) return [];
  const init = drawInit(making, scope);
  const start = inferFormula(init, batched(shape), trial(scope));
  if (start === undefined) return [];
  const block = drawStep(making, shapeOf(start), shape.slice(1), scope, budget);
  blocks.push(block);
  (scope.blocks as Map<string, Block>).set(block.name, block);
  const own = Array.from({ length: block.entries?.length ?? 1 }, () => names.value());
  const step: Step = {
    kind: "scan",
    names: own,
    call: { block: block.name, given: drawGivens(making, block, scope), common: [] },
    init,
    ...(random.chance(0.3) ? { reverse: true } : {}),
  };
  const within = trial(scope);
  if (infer([step], shape, within) === undefined) return [];
  const taken = random.pick(own);
  const type = within.values.get(taken);
  if (type === undefined) return [];
  return [step, { kind: "formula", formula: isReal(type) ? value(taken) : cast(value(taken), "f32") }];
}
