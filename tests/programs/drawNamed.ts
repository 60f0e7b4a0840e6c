// Random calls of operators that have optional inputs, which stand by name: masks, keys, initial states. An example shows what goes
// together; its sizes may change as far as the operator takes that.

import type { TensorType } from "../../src/ir/types.ts";
import { callContext } from "../../src/ops/call.ts";
import { findOperator } from "../../src/ops/registry.ts";
import { type ExampleCall, exampleCalls } from "../support/examples.ts";
import { cast, exactly, givenOf, isReal, partSteps, pickExample } from "./drawTyped.ts";
import { inferParts, withCurrent } from "./formulas.ts";
import { infer } from "./infer.ts";
import type { Making } from "./layers.ts";
import { batched, type Scope, type Shape, shapeOf, trial } from "./operators.ts";
import type { Random } from "./random.ts";
import type { Formula, NamedInput, Step } from "./tree.ts";

const isOptional = ({ operator }: ExampleCall, name: string | undefined): boolean =>
  operator.inputs.some((input) => input.name === name && input.optional === true);

/** Examples that give an optional input. */
const examples = exampleCalls().filter((example) => example.given?.some((name) => isOptional(example, name)) === true);

/** The same call at other sizes: equal sizes stay equal, so that some operators refuse it. */
function resized(random: Random, example: ExampleCall): readonly TensorType[] {
  const sizes = new Map<number, number>();
  const other = (size: number): number => {
    const made = sizes.get(size) ?? Math.max(1, size + random.int(-1, 2));
    sizes.set(size, made);
    return made;
  };
  return example.inputs.map((type) => ({
    ...type,
    shape: type.shape.map((size, axis) => (axis > 0 && typeof size === "number" ? other(size) : size)),
  }));
}

function fits({ operator, options }: ExampleCall, inputs: readonly TensorType[], names: readonly string[]): boolean {
  return "ok" in operator.shape(inputs, options, callContext(operator, inputs, names, findOperator));
}

const same = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((size, i) => size === b[i]);

/** A value of a type: one that has a name or the current value, where it has the type. */
function inputOf({ random }: Making, type: TensorType, shape: Shape, scope: Scope): Formula {
  const known = [...scope.values].filter(
    ([, other]) =>
      other.dtype === type.dtype && same(shapeOf(other), shapeOf(type)) && other.shape.length === type.shape.length,
  );
  if (known.length > 0 && random.chance(0.6)) return { form: "value", name: random.pick(known)[0] };
  return isReal(type) && same(shape, shapeOf(type)) ? { form: "current" } : exactly(type);
}

/** Steps of such a call, whose result goes on; none where the shapes do not fit. */
export function namedSteps(making: Making, shape: Shape, scope: Scope): readonly Step[] {
  const { random } = making;
  const example = pickExample(random, examples);
  const given = example.given ?? [];
  const changed = resized(random, example);
  const types = fits(example, changed, given) ? changed : example.inputs;
  const left = given.map((name) => !isOptional(example, name) || random.chance(0.85));
  const kept = types.filter((_, i) => left[i]);
  const names = given.filter((_, i) => left[i]);
  if (!fits(example, kept, names)) return [];
  const values = kept.map((type) => inputOf(making, type, shape, scope));
  const of = values.filter((_, i) => !isOptional(example, names[i]));
  const named = [...new Set(names)].flatMap((input): readonly NamedInput[] =>
    isOptional(example, input) ? [{ input, values: values.filter((_, i) => names[i] === input) }] : [],
  );
  const use = { name: example.operator.name, given: givenOf(example), common: [] };
  // Within the parentheses `_` would be what comes through the pipe.
  const name = making.names.value();
  const keep: Step = { kind: "keep", name };
  const formula = withCurrent({ form: "apply", use, of, named }, { form: "value", name });
  const within = trial(scope);
  infer([keep], shape, within);
  const results = inferParts(formula, batched(shape), within);
  const [only, ...more] = results ?? [];
  if (results === undefined || only === undefined) return [];
  if (more.length > 0) return [keep, ...partSteps(making, formula, results)];
  return [keep, { kind: "formula", formula: isReal(only) ? formula : cast(formula, "f32") }];
}
