// Turns options of a body into what is known while nnc compiles: parameters of its block or model, constants of the program,
// dimensions, and expressions over them. The values stay.

import type { OptionValue } from "../../src/ir/graph.ts";
import { findOperator } from "../../src/ops/registry.ts";
import type { Names } from "./names.ts";
import type { Random } from "./random.ts";
import { drawSizes, drawWhole, nameOf, type Settings } from "./reckoning.ts";
import type { Axis, Constant, Given, Parameter, Step, Use } from "./tree.ts";

const types: Readonly<Record<string, Parameter["type"]>> = {
  int: "int",
  float: "float",
  bool: "bool",
  choice: "choice",
  size: "size",
  activation: "layer",
};

function parameterFor(use: Use, given: Given): Parameter["type"] | undefined {
  const kind = findOperator(use.name)?.options[given.option]?.type.kind;
  if (kind === undefined || given.from !== undefined || given.value === undefined) return undefined;
  // A whole number would be another kind of value.
  if (kind === "float" && (given.text.endsWith("%") || Number.isInteger(given.value))) return undefined;
  if (kind === "choice" && given.text.startsWith('"')) return undefined;
  if (kind === "size" && !/^\d+x/.test(given.text)) return undefined;
  if (kind === "activation" && given.text === "none") return undefined;
  return types[kind];
}

interface Changes {
  given(use: Use, given: Given): Given;
  axes(shape: readonly number[]): readonly Axis[] | undefined;
}
function change(steps: readonly Step[], to: Changes): readonly Step[] {
  const use = (one: Use): Use => ({ ...one, given: one.given.map((given) => to.given(one, given)) });
  const within = (some: readonly Step[]): readonly Step[] => change(some, to);
  const changed = (step: Step): Step => {
    switch (step.kind) {
      case "layer":
        return { ...step, use: use(step.use) };
      case "declare":
        return "block" in step.of ? step : { ...step, of: use(step.of) };
      case "branch":
        return { ...step, branches: step.branches.map((one) => ({ ...one, steps: within(one.steps) })) };
      case "repeat":
        return { ...step, steps: within(step.steps) };
      case "if": {
        const whenFalse = step.whenFalse === undefined ? {} : { whenFalse: within(step.whenFalse) };
        return { ...step, whenTrue: within(step.whenTrue), ...whenFalse };
      }
      case "param": {
        const axes = to.axes(step.shape);
        return axes === undefined ? step : { ...step, axes };
      }
      case "shared":
      case "block":
      case "number":
      case "keep":
      case "formula":
      case "parts":
      case "scan":
      case "join":
        return step;
    }
  };
  return steps.map(changed);
}

/** Sizes with the names of dimensions, where one has the size. */
export function namedAxes(
  random: Random,
  sizes: readonly number[],
  settings: Settings,
  share: number,
): readonly Axis[] {
  return sizes.map((size) => {
    const names = [...settings].flatMap(([name, value]) => (value === size ? [name] : []));
    return names.length > 0 && random.chance(share) ? random.pick(names) : size;
  });
}

/** The body with some options as parameters, which are added, or made of what is `known`: dimensions and constants. */
export function abstracted(
  random: Random,
  names: Names,
  steps: readonly Step[],
  parameters: Parameter[],
  known: ReadonlyMap<string, OptionValue>,
  share: number,
): readonly Step[] {
  return change(steps, {
    axes: (shape) => (random.chance(0.5) ? namedAxes(random, shape, known, 0.7) : undefined),
    given(use, given) {
      const type = parameterFor(use, given);
      if (!random.chance(share)) return given;
      const sizes = random.chance(0.6) ? sizesFor(use, given) : undefined;
      const over = sizes && drawSizes(random, sizes, known);
      if (over !== undefined) return { ...given, from: over };
      if (type === undefined) return given;
      const whole = type === "int" && typeof given.value === "number" ? given.value : undefined;
      const reckoned = whole === undefined ? undefined : drawWhole(random, whole, known);
      if (reckoned !== undefined && random.chance(0.5)) return { ...given, from: reckoned };
      const name = names.value();
      const from = reckoned !== undefined && random.chance(0.5) ? { from: reckoned } : {};
      parameters.push({ name, type, text: given.text, value: given.value, ...from });
      const own =
        whole !== undefined && random.chance(0.3) ? drawWhole(random, whole, new Map([[name, whole]])) : undefined;
      return { ...given, from: own ?? nameOf(name) };
    },
  });
}

/** Sizes that a list may give. */
function sizesFor(use: Use, { option, value, from }: Given): readonly number[] | undefined {
  const kind = findOperator(use.name)?.options[option]?.type.kind;
  if ((kind !== "size" && kind !== "shape") || from !== undefined || !Array.isArray(value)) return undefined;
  return value.every((size) => typeof size === "number") ? value : undefined;
}

/** The first step with axes by the names that the value before it has. */
export function withNamedAxis(random: Random, steps: readonly Step[], axes: readonly Axis[]): readonly Step[] {
  const [first, ...more] = steps;
  if (first?.kind !== "layer") return steps;
  const given = first.use.given.map((one): Given => {
    const kind = findOperator(first.use.name)?.options[one.option]?.type.kind;
    const axis = Array.isArray(one.value) && one.value.length === 1 ? one.value[0] : one.value;
    if ((kind !== "axis" && kind !== "axes") || typeof axis !== "number" || one.from !== undefined) return one;
    const name = axes[axis < 0 ? axes.length + axis : axis - 1];
    const isOne = axes.filter((other) => other === name).length === 1;
    return typeof name === "string" && name !== "_" && isOne && random.chance(0.7) ? { ...one, text: name } : one;
  });
  return [{ ...first, use: { ...first.use, given } }, ...more];
}

/** The body with some numbers as constants of the program, some of these made of others. */
export function withConstants(
  random: Random,
  names: Names,
  steps: readonly Step[],
  constants: Constant[],
): readonly Step[] {
  return change(steps, {
    axes: () => undefined,
    given(use, given) {
      const type = parameterFor(use, given);
      if ((type !== "int" && type !== "float") || !random.chance(0.12)) return given;
      const name = names.value();
      const known = new Map(constants.map((constant) => [constant.name, constant.value]));
      const made = typeof given.value === "number" && Number.isInteger(given.value) && random.chance(0.5);
      const from = made ? drawWhole(random, given.value as number, known) : undefined;
      constants.push({ name, text: given.text, value: given.value, ...(from === undefined ? {} : { from }) });
      return { ...given, from: nameOf(name) };
    },
  });
}
