// Random sequences with masks: what makes a mask, layers that hand it on, a layer that reads it, and recurrent layers that start
// from the states of others.

import type { OpDef } from "../../src/ops/definition.ts";
import { allDefinitions } from "../../src/ops/registry.ts";
import { cast, isReal, set } from "./drawTyped.ts";
import { inferParts, withCurrent } from "./formulas.ts";
import { infer } from "./infer.ts";
import { drawLayer, layer, type Making, narrow, single } from "./layers.ts";
import { batched, requiredInputs, type Scope, type Shape, trial } from "./operators.ts";
import type { Formula, Given, Step, Use } from "./tree.ts";

const layers = allDefinitions().flatMap((def) => (def.tier === "layer" ? [def] : []));
/** Layers that read the mask of their input, which is over its steps. */
const readers = layers.filter(
  (def) =>
    def.inputs.some(({ maskOf, shape }) => maskOf !== undefined && shape !== "[...]") &&
    (requiredInputs(def) === 1 || def.inputs[1]?.optional !== true),
);
/** Layers that may hand on the mask of their input. */
const passing = single.filter((def) => def.tier === "layer" && def.masks !== undefined && !readers.includes(def));
/** Layers that give their states and start from some. */
const recurrent = readers.filter(
  ({ inputs, options }) => options.return_state !== undefined && inputs.some(({ name }) => name === "initial_state"),
);

const current: Formula = { form: "current" };
const layerStep = (use: Use): Step => ({ kind: "layer", called: false, use });
const link = (name: string, ...given: readonly Given[]): Use => ({ name, given, common: [] });
const number = (value: number): Formula => ({ form: "number", value });
const call = (name: string, ...of: readonly Formula[]): Formula => ({ form: "call", use: link(name), of });

/** Whether the first number of each step is above `least`: a mask, or what makes one. */
const known = (least: number, key: string): Formula =>
  call("greater", { form: "part", of: current, key }, number(least));

/** Steps after which the value carries a mask that leaves some steps of its first axis out. */
function maskSteps({ random }: Making, shape: Shape): readonly Step[] {
  const least = random.pick([-0.2, 0, 0.1, 0.3]);
  if (random.chance(0.6)) {
    // Masking leaves out the steps that have one number throughout.
    const value = random.pick([0, 0, 0, -1, 0.5]);
    const rest = Array.from({ length: shape.length - 1 }, () => ":1").join(", ");
    const kept = cast(known(least, `:, ${rest}`), "f32");
    const moved: Formula =
      value === 0 ? current : { form: "infix", operator: "-", left: current, right: number(value) };
    const cut: Formula = { form: "infix", operator: "*", left: moved, right: kept };
    const formula: Formula = value === 0 ? cut : { form: "infix", operator: "+", left: cut, right: number(value) };
    return [
      { kind: "formula", formula },
      layerStep(link("Masking", ...(value === 0 ? [] : [set("mask_value", value)]))),
    ];
  }
  const places = Array.from({ length: shape.length - 1 }, () => "0").join(", ");
  const count = random.int(2, 5);
  const scaled: Formula = { form: "infix", operator: "*", left: call("sigmoid", current), right: number(count) };
  const tokens = cast({ form: "part", of: scaled, key: `:, ${places}` }, "i32");
  const embedding = link(
    "Embedding",
    set("input_dim", count + 1),
    set("output_dim", random.int(1, 4)),
    set("mask_zero", true),
  );
  return [{ kind: "formula", formula: { form: "pipe", of: tokens, links: [embedding] } }];
}

/** Up to `count` layers that may hand the mask on. */
function passingSteps(making: Making, start: Shape, scope: Scope, count: number): readonly Step[] {
  const { random } = making;
  const steps: Step[] = [];
  let shape = start;
  for (let attempt = 0; attempt < 20 && steps.length < count; attempt++) {
    const def = random.pick(passing);
    if (narrow.has(def.name)) continue;
    const step = random.chance(0.15)
      ? layer(random.pick(["relu", "tanh", "abs"]))
      : layerStep(drawLayer(making, def, shape));
    const end = infer([step], shape, trial(scope));
    if (end === undefined || end.length < 2) continue;
    steps.push(step);
    shape = end;
  }
  return steps;
}

/** A call of a layer, whose results get names where there are several; the first goes on. */
function callSteps({ names }: Making, formula: Formula, shape: Shape, scope: Scope): readonly Step[] {
  const types = inferParts(formula, batched(shape), trial(scope));
  const [first] = types ?? [];
  if (types === undefined || first === undefined || !isReal(first)) return [];
  if (types.length === 1) return [{ kind: "formula", formula }];
  const own = types.map(() => names.value());
  return [
    { kind: "parts", names: own, formula },
    { kind: "formula", formula: { form: "value", name: own[0]! } },
  ];
}

/** A layer that reads the mask: of the value alone, or of it as query, value and key. */
function readerSteps(making: Making, shape: Shape, scope: Scope): readonly Step[] {
  const { random } = making;
  const name = making.names.value();
  const keep: Step = { kind: "keep", name };
  const value: Formula = { form: "value", name };
  const within = trial(scope);
  infer([keep], shape, within);
  for (let attempt = 0; attempt < 12; attempt++) {
    const def = random.pick(readers);
    const of = Array.from({ length: requiredInputs(def) }, () => value);
    const use = drawLayer(making, def, shape);
    const places = shape.map((_, axis) => (axis === 0 ? ":" : "0")).join(", ");
    const named = def.inputs.flatMap(({ name: input, maskOf }) =>
      maskOf !== undefined && random.chance(shape.length === 2 ? 0.12 : 0.5)
        ? [{ input, values: [withCurrent(known(0, places), value)] }]
        : [],
    );
    const steps = callSteps(making, { form: "apply", use, of, named }, shape, within);
    if (steps.length > 0) return [keep, ...steps];
  }
  return [];
}

const withState = (def: OpDef, use: Use, more: readonly Given[]): Use => ({
  ...use,
  given: [
    ...use.given.filter(
      ({ option }) => !more.some((other) => other.option === option) && def.options[option] !== undefined,
    ),
    ...more,
  ],
});

/** A recurrent layer whose states start another one of its kind, over what it makes or over the same steps. */
function statesSteps(making: Making, shape: Shape, scope: Scope): readonly Step[] {
  const { random, names } = making;
  for (let attempt = 0; attempt < 12; attempt++) {
    const def = random.pick(recurrent);
    const use = drawLayer(making, def, shape);
    const all = random.chance(0.5);
    const first = withState(def, use, [set("return_state", true), set("return_sequences", all)]);
    const formula: Formula = { form: "apply", use: first, of: [current], named: [] };
    const types = inferParts(formula, batched(shape), trial(scope));
    if (types === undefined || types.length < 2) continue;
    const own = types.map(() => names.value());
    const states = own.slice(1).map((name): Formula => ({ form: "value", name }));
    const parts: Step = { kind: "parts", names: own, formula };
    // Without its state an output may be all that goes on.
    const over: Formula = all && random.chance(0.5) ? { form: "value", name: own[0]! } : current;
    const plain = withState(def, { ...use, common: [] }, [set("return_sequences", random.chance(0.5))]);
    const next: Formula = {
      form: "apply",
      use: plain,
      of: [over],
      named: [{ input: "initial_state", values: states }],
    };
    const within = trial(scope);
    if (infer([parts], shape, within) === undefined) continue;
    const second = callSteps(making, next, shape, within);
    if (second.length > 0) return [parts, ...second];
  }
  return [];
}

/** Steps that read a sequence: the first axis of the value is that of time. None where it has none. */
export function sequenceSteps(making: Making, shape: Shape, scope: Scope): readonly Step[] {
  const { random } = making;
  if (shape.length < 2) return [];
  // Layers that keep an axis of time want as many axes as most layers do.
  const flat: readonly Step[] =
    shape.length > 2 && random.chance(0.7) ? [layerStep(link("TimeDistributed", layerOption("Flatten")))] : [];
  const start = infer(flat, shape, trial(scope));
  if (start === undefined) return [];
  const steps: Step[] = [...flat];
  let now = start;
  const add = (more: readonly Step[]): void => {
    const end = infer(more, now, trial(scope));
    if (end === undefined) return;
    steps.push(...more);
    now = end;
  };
  // A mask over two axes fits hardly any layer that reads one.
  if (random.chance(now.length === 2 ? 0.8 : 0.06)) add(maskSteps(making, now));
  if (now.length < 2) return steps;
  add(passingSteps(making, now, scope, random.pick([0, 1, 1, 2])));
  add(random.chance(0.35) ? statesSteps(making, now, scope) : readerSteps(making, now, scope));
  return steps;
}

const layerOption = (name: string): Given => ({
  option: "layer",
  key: "layer",
  text: `${name}()`,
  value: { name, options: {} },
});
