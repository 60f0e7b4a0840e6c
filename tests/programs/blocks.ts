// Random blocks and their uses: several inputs and outputs, parameters of each kind, types with names, one block within another,
// and blocks that share their weights between uses.

import type { TensorType } from "../../src/ir/types.ts";
import { abstracted, namedAxes, withNamedAxis } from "./abstract.ts";
import { drawFormula } from "./drawFormula.ts";
import { infer, scopeWithin } from "./infer.ts";
import { drawLayer, growing, layer, type Making, narrow, single } from "./layers.ts";
import { batched, type Scope, type Shape, shapeOf, trial } from "./operators.ts";
import { useText } from "./options.ts";
import { drawTruth, drawWhole, reckon } from "./reckoning.ts";
import type { Axis, Block, BlockCall, Entry, Formula, Given, Parameter, Step } from "./tree.ts";

/** Other values for some parameters. */
export function drawGivens({ random }: Making, block: Block, scope: Scope): readonly Given[] {
  const given = block.parameters.flatMap((parameter): readonly Given[] => {
    const { name, type, value } = parameter;
    if (!random.chance(0.4)) return [];
    const one = (own: number | boolean): readonly Given[] => {
      const from =
        typeof own === "number" ? drawWhole(random, own, scope.settings) : drawTruth(random, own, scope.settings);
      const reckoned = from !== undefined && random.chance(0.4) && reckon(from, scope.settings) === own ? { from } : {};
      return [{ option: name, key: name, text: String(own), value: own, ...reckoned }];
    };
    if (type === "int" && typeof value === "number") return one(Math.max(1, value + random.int(-1, 2)));
    if (type === "bool") return one(value !== true);
    if (parameter.use === undefined) return [];
    const use = random.chance(0.5) ? { name: "tanh", given: [], common: [], bare: true } : parameter.use;
    return [{ option: name, key: name, text: useText(use), value: undefined, use }];
  });
  // Those that lead may go by position.
  const leading = given.findIndex(({ option }, i) => option !== block.parameters[i]?.name);
  const most = random.chance(0.6) ? (leading < 0 ? given.length : leading) : 0;
  return given.map(({ key, ...rest }, i) => (i < most || key === undefined ? rest : { ...rest, key }));
}

function drawCall(making: Making, block: Block, scope: Scope): BlockCall {
  const { random, names } = making;
  const common = random.chance(0.08) ? [`name: ${JSON.stringify(names.layer())}`] : [];
  return { block: block.name, given: drawGivens(making, block, scope), common };
}

/** What goes into a block beside the current value: values of the body, as they are or changed. */
function drawOthers(making: Making, block: Block, shape: Shape, scope: Scope): readonly Formula[] | undefined {
  const { random } = making;
  const others: Formula[] = [];
  for (const { axes } of block.inputs.slice(1)) {
    const fits = (type: TensorType): boolean => shapeOf(type).length === axes.length;
    const known = [...scope.values].flatMap(([name, type]) => (fits(type) ? [{ form: "value", name } as const] : []));
    const simple: Formula | undefined = known.length > 0 && random.chance(0.6) ? random.pick(known) : undefined;
    const other =
      simple ?? (axes.length === shape.length && random.chance(0.4) ? ({ form: "current" } as const) : undefined);
    const drawn = other ?? drawFormula(making, shape, scope, fits);
    if (drawn === undefined) return undefined;
    others.push(drawn);
  }
  return others;
}

function useSteps(making: Making, block: Block, shape: Shape, scope: Scope): readonly Step[] {
  const { random, names } = making;
  const plain = block.inputs.length === 1 && block.entries === undefined;
  if (plain && random.chance(0.2)) {
    const name = names.value();
    const shared: Step = { kind: "shared", name };
    const declare: Step = { kind: "declare", name, of: drawCall(making, block, scope) };
    return [declare, shared, ...(random.chance(0.5) ? [shared] : [])];
  }
  const others = drawOthers(making, block, shape, scope);
  if (others === undefined) return [];
  const call = drawCall(making, block, scope);
  if (block.entries !== undefined && random.chance(0.4))
    return [{ kind: "block", call, others, taken: random.pick(block.entries).name }];
  if (block.entries === undefined && random.chance(0.75)) return [{ kind: "block", call, others }];
  const kept = names.value();
  const use: Step = { kind: "block", call, others, kept };
  const within = trial(scope);
  if (infer([use], shape, within) === undefined) return [];
  // What was made goes on with the current value.
  const start: Formula =
    block.entries === undefined
      ? { form: "value", name: kept }
      : { form: "entry", of: kept, entry: random.pick(block.entries).name };
  const formula = drawFormula(making, shape, within, undefined, start);
  return formula === undefined ? [] : [use, { kind: "formula", formula }];
}

/** A parameter that holds a layer, and its use in the body. */
function layerParameter(making: Making, shape: Shape, parameters: Parameter[]): readonly Step[] {
  const { random, names } = making;
  const use = drawLayer(making, random.pick(single), shape);
  if (narrow.has(use.name) || growing.has(use.name)) return [];
  const plain = { ...use, common: [] };
  const name = names.value();
  parameters.push({ name, type: "layer", text: useText(plain), value: undefined, use: plain });
  return [{ kind: "shared", name }];
}

export function drawEntries(making: Making, end: Shape, scope: Scope): readonly Entry[] | undefined {
  const { random, names } = making;
  const count = random.pick([1, 2, 2, 3]);
  const entries: Entry[] = [];
  for (let i = 0; i < count; i++) {
    const formula = random.chance(0.3) ? ({ form: "current" } as const) : drawFormula(making, end, scope);
    if (formula !== undefined) entries.push({ name: names.value(), formula });
  }
  return entries.length > 0 ? entries : undefined;
}

const resultOf = (making: Making, end: Shape, settings: Scope["settings"]): readonly Axis[] =>
  namedAxes(making.random, end, settings, 0.5).map((axis) => (making.random.chance(0.4) ? "_" : axis));

function drawBlock(making: Making, shape: Shape, scope: Scope, budget: number): Block {
  const { random, names } = making;
  const axesOf = (sizes: Shape): readonly Axis[] =>
    sizes.map((size) => {
      const form = random.weighted({ named: 8, size: 1.5, open: 0.5 });
      return form === "named" ? names.value() : form === "size" ? size : "_";
    });
  const parameters: Parameter[] = [];
  const inside = scopeWithin(scope);
  const inputs: Block["inputs"][number][] = [];
  const enter = (type: TensorType, axes: readonly Axis[]): void => {
    const name = names.value();
    inputs.push({ name, axes });
    inside.values.set(name, type);
    for (const [i, axis] of axes.entries())
      if (typeof axis === "string" && axis !== "_") inside.settings.set(axis, shapeOf(type)[i]);
  };
  enter(batched(shape), axesOf(shape));
  while (inputs.length < 3 && random.chance(0.35)) {
    const others = [...scope.values.values()].filter((type) => shapeOf(type).length > 0);
    const type = others.length > 0 && random.chance(0.6) ? random.pick(others) : batched(shape);
    // An axis of the same size may have the same name.
    enter(
      type,
      namedAxes(random, shapeOf(type), inside.settings, 0.5).map((axis) =>
        axis === "_" || random.chance(0.8) ? axis : "_",
      ),
    );
  }
  const known = new Map(inside.settings);
  const own: Making = { ...making, parameters, depth: making.depth + 1 };
  const given = random.chance(0.2) ? layerParameter(own, shape, parameters) : [];
  for (const { name, use } of parameters) if (use !== undefined) inside.layers.set(name, { of: use, fresh: true });
  const start = infer(given, shape, trial(inside));
  if (start === undefined) parameters.length = 0;
  const before = start === undefined ? [] : given;
  const drawn = own.draw(own, start ?? shape, inside, random.int(1, Math.min(3, budget)));
  const named = withNamedAxis(random, [...before, ...drawn.steps], inputs[0]?.axes ?? []);
  const steps = abstracted(random, names, named, parameters, known, 0.35);
  const entries = random.chance(0.25) ? drawEntries(own, drawn.shape, inside) : undefined;
  return {
    name: names.block(),
    inputs,
    parameters,
    steps: steps.length === 0 ? [layer("relu")] : steps,
    ...(entries === undefined ? {} : { entries }),
    ...(entries === undefined && random.chance(0.3) ? { result: resultOf(making, drawn.shape, known) } : {}),
  };
}

export function blockSteps(making: Making, shape: Shape, scope: Scope, budget: number): readonly Step[] {
  const { random, blocks } = making;
  const known = blocks.filter(({ inputs }) => inputs[0]?.axes.length === shape.length);
  if (known.length > 0 && random.chance(0.6)) return useSteps(making, random.pick(known), shape, scope);
  if (making.depth > 1 || shape.length === 0) return [];
  const block = drawBlock(making, shape, scope, budget);
  blocks.push(block);
  (scope.blocks as Map<string, Block>).set(block.name, block);
  return useSteps(making, block, shape, scope);
}
