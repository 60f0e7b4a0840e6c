// Random calls of operators that take or give other things than real numbers: tokens, places, truths. Their inputs are made as the
// operator's examples have them, and real numbers come out at the end, since all other steps take these.

import type { OptionValue } from "../../src/ir/graph.ts";
import type { DType, TensorType } from "../../src/ir/types.ts";
import { allDefinitions } from "../../src/ops/registry.ts";
import { type ExampleCall, exampleCalls } from "../support/examples.ts";
import { inferFormula } from "./formulas.ts";
import { drawLayer, type Making } from "./layers.ts";
import { batched, hasBatch, product, type Scope, type Shape, trial } from "./operators.ts";
import { drawGiven, layersText } from "./options.ts";
import type { Random } from "./random.ts";
import type { Formula, Given, Step, Use } from "./tree.ts";

export const isReal = ({ dtype }: TensorType): boolean => dtype === "f32";
/** Examples of calls that other steps cannot write, by their operators. */
const typed = exampleCalls().filter(
  ({ operator, inputs, output, more }) =>
    operator.variadic !== true && more.length < 2 && (more.length > 0 || ![...inputs, output].every(isReal)),
);
const truths = ["greater", "less_equal", "not_equal"];
const places = allDefinitions().flatMap((def) =>
  def.tier === "function" && (def.name === "argmax" || def.name === "argmin") ? [def] : [],
);

const call = (name: string, given: readonly Given[], ...of: readonly Formula[]): Formula => ({
  form: "call",
  use: { name, given: given.map((one) => ({ ...one, key: one.key ?? one.option })), common: [] },
  of,
});
export const cast = (formula: Formula, dtype: DType): Formula =>
  call("cast", [{ option: "dtype", key: "dtype", text: dtype, value: dtype }], formula);

/** A value of the element type, from the current value or from one that has a name. */
function operand(making: Making, dtype: DType, shape: Shape, scope: Scope): Formula {
  const { random } = making;
  const named = [...scope.values].filter(([, type]) => type.dtype === dtype).map(([name]) => name);
  if (named.length > 0 && random.chance(dtype === "f32" ? 0.25 : 0.6))
    return { form: "value", name: random.pick(named) };
  if (dtype === "f32") return { form: "current" };
  const real = operand(making, "f32", shape, scope);
  if (dtype === "bool") return call(random.pick(truths), [], real, { form: "number", value: 0.25 });
  if (random.chance(0.3))
    return cast({ form: "infix", operator: "*", left: { form: "number", value: 3 }, right: real }, "i32");
  const def = random.pick(places);
  return call(def.name, drawGiven(random, def, { sizes: shape, depth: 0 }, 0.7), real);
}

function applied(use: Use, tier: "layer" | "function", of: readonly Formula[]): Formula {
  const [first] = of;
  if (tier === "layer" && first !== undefined) return { form: "pipe", of: first, links: [use] };
  return call(use.name, use.given, ...of);
}

const literal = (value: OptionValue): string =>
  Array.isArray(value) ? `[${value.map(literal).join(", ")}]` : String(value);

export const set = (option: string, value: OptionValue): Given => ({
  option,
  key: option,
  text: literal(value),
  value,
});
const link = (name: string, ...given: readonly Given[]): Use => ({ name, given, common: [] });

/** A value of the exact shape: numbers from the current value, or some that are the same for all samples. */
export function exactly(type: TensorType): Formula {
  const { dtype, shape } = type;
  const sizes = shape.slice(hasBatch(type) ? 1 : 0).map(Number);
  const links = [
    link("Flatten"),
    link("Dense", set("units", product(sizes))),
    link("Reshape", set("target_shape", sizes)),
  ];
  const count = [set("start", -1), set("stop", 1.5), set("num", product(sizes))];
  const real: Formula = hasBatch(type)
    ? { form: "pipe", of: { form: "current" }, links }
    : call("reshape", [set("newshape", sizes)], call("linspace", count));
  if (dtype === "f32") return real;
  return dtype === "bool" ? call("greater", [], real, { form: "number", value: 0 }) : cast(real, "i32");
}

/** An example without its optional inputs. */
function bare(example: ExampleCall): ExampleCall {
  const { operator, inputs, given } = example;
  const optional = new Set(operator.inputs.flatMap((one) => (one.optional === true ? [one.name] : [])));
  return { ...example, inputs: inputs.filter((_, i) => !optional.has(given?.[i] ?? "")) };
}

/** Examples that can be written as they are. */
const written = exampleCalls()
  .map(bare)
  .filter(
    ({ operator, inputs, more }) =>
      more.length < 2 &&
      (operator.tier === "function" ||
        (more.length === 0 && (inputs.length === 1 || inputs.every((type) => isReal(type) && hasBatch(type))))),
  );

/** The results of a call get names, and one of them goes on. */
export function partSteps({ random, names }: Making, formula: Formula, types: readonly TensorType[]): readonly Step[] {
  const own = types.map(() => names.value());
  const taken = random.int(0, types.length - 1);
  const result: Formula = { form: "value", name: own[taken]! };
  const type = types[taken]!;
  return [
    { kind: "parts", names: own, formula },
    { kind: "formula", formula: isReal(type) ? result : cast(result, "f32") },
  ];
}

/** A layer of several values: each is a branch. */
function branchesInto({ names }: Making, use: Use, inputs: readonly TensorType[]): readonly Step[] {
  const branches = inputs.map((type) => ({
    name: names.value(),
    steps: [{ kind: "formula", formula: exactly(type) } as const],
  }));
  return [{ kind: "branch", join: { form: "layer", use }, branches }];
}

const listed = new Set(["shape", "string", "numbers", "axes", "int"]);
/** Inputs with more axes than most values have: samples of volumes, or of several pictures. */
const MANY_AXES = 5;
/** Those of operators that hardly anything drawn fits: they take other values, or lists and counts that fit these. */
const rare = written.filter(
  ({ operator, inputs }) =>
    inputs.length < 1 ||
    inputs.length > 2 ||
    (operator.tier === "layer" && inputs.length === 2 && operator.variadic !== true) ||
    !inputs.every(hasBatch) ||
    inputs.some(({ shape }) => shape.length >= MANY_AXES) ||
    Object.values(operator.options).some(({ type, required }) => required === true && listed.has(type.kind)),
);

/** `[1, 2]` before and after an axis; a list of such for several. */
function paddingText(amounts: readonly number[]): string {
  const pairs = Array.from({ length: amounts.length / 2 }, (_, i) => `[${amounts.slice(2 * i, 2 * i + 2).join(", ")}]`);
  return pairs.length === 1 ? (pairs[0] ?? "") : `[${pairs.join(", ")}]`;
}

/** The options of an example, by name. */
export function givenOf({ operator, options }: ExampleCall): readonly Given[] {
  return Object.entries(options).flatMap(([option, value]): readonly Given[] => {
    const { type, default: fallback } = operator.options[option] ?? {};
    if (value === undefined || JSON.stringify(value) === JSON.stringify(fallback)) return [];
    if (type?.kind === "padding" && Array.isArray(value))
      return [{ option, key: option, text: paddingText(value.map(Number)), value }];
    if (type?.kind === "layer") return [{ option, key: option, text: layersText(value), value }];
    if (typeof value === "object" && !Array.isArray(value)) return [];
    const text = type?.kind === "string" ? JSON.stringify(value) : literal(value);
    // A shape leaves a size open with `_`.
    return [{ option, key: option, text: type?.kind === "shape" ? text.replaceAll("-1", "_") : text, value }];
  });
}

/** An operator's example as it is, since hardly anything drawn fits some operators. */
function exampleSteps(making: Making, example: ExampleCall): readonly Step[] {
  const { operator, inputs, output, more } = example;
  const use = link(operator.name, ...givenOf(example));
  if (operator.tier === "layer" && inputs.length > 1) return branchesInto(making, use, inputs);
  const made = applied(use, operator.tier, inputs.map(exactly));
  if (more.length > 0) return partSteps(making, made, [output, ...more]);
  const real = isReal(output) ? made : cast(made, "f32");
  // What no samples go into has none.
  const whole: Formula = inputs.some(hasBatch)
    ? real
    : { form: "infix", operator: "+", left: { form: "current" }, right: call("sum", [], real) };
  return [{ kind: "formula", formula: whole }];
}

/** One of an operator's examples: an operator with many of them comes no more often than another. */
export function pickExample(random: Random, examples: readonly ExampleCall[]): ExampleCall {
  const operator = random.pick([...new Set(examples.map((example) => example.operator))]);
  return random.pick(examples.filter((example) => example.operator === operator));
}

/** An operator's example on the current value, which has at least one axis. */
export const someExample = (making: Making, shape: Shape): readonly Step[] =>
  shape.length === 0
    ? []
    : exampleSteps(making, pickExample(making.random, making.random.chance(0.8) ? rare : written));

/** Steps of such a call; none after many attempts. */
export function typedSteps(making: Making, shape: Shape, scope: Scope): readonly Step[] {
  const { random } = making;
  for (let attempt = 0; attempt < 30; attempt++) {
    const { operator, inputs, output, more } = pickExample(random, typed);
    const of = inputs.map(({ dtype }) => operand(making, dtype, shape, scope));
    const formula = applied(drawLayer(making, operator, shape), operator.tier, of);
    if (more.length > 0) return partSteps(making, formula, [output, ...more]);
    const whole = isReal(output) ? formula : cast(formula, "f32");
    const type = inferFormula(whole, batched(shape), trial(scope));
    if (type !== undefined && isReal(type) && hasBatch(type)) return [{ kind: "formula", formula: whole }];
  }
  return [];
}
