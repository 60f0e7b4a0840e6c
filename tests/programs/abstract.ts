// Turns options of a body into parameters of its block or constants of the program: `filters`, with the drawn
// number as its default. An option that happens to be a dimension's size may name the dimension.

import type { OptionValue } from "../../src/ir/graph.ts";
import { findOperator } from "../../src/ops/registry.ts";
import type { Names } from "./names.ts";
import type { Random } from "./random.ts";
import type { Constant, Given, Parameter, Step, Use } from "./tree.ts";

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
  if (kind === "float" && given.text.endsWith("%")) return undefined;
  if (kind === "choice" && given.text.startsWith('"')) return undefined;
  if (kind === "size" && !/^\d+x/.test(given.text)) return undefined;
  if (kind === "activation" && given.text === "none") return undefined;
  return types[kind];
}

function change(steps: readonly Step[], of: (use: Use) => Use): readonly Step[] {
  return steps.map((step): Step => {
    switch (step.kind) {
      case "layer":
        return { ...step, use: of(step.use) };
      case "declare":
        return { ...step, use: of(step.use) };
      case "branch":
        return { ...step, branches: step.branches.map((one) => ({ ...one, steps: change(one.steps, of) })) };
      case "repeat":
        return { ...step, steps: change(step.steps, of) };
      default:
        return step;
    }
  });
}

/** The body with some options as parameters, which are added. Dimensions are sizes by name. */
export function abstracted(
  random: Random,
  names: Names,
  steps: readonly Step[],
  parameters: Parameter[],
  dimensions: ReadonlyMap<string, OptionValue>,
): readonly Step[] {
  return change(steps, (use) => ({
    ...use,
    given: use.given.map((given): Given => {
      const type = parameterFor(use, given);
      if (type === undefined || !random.chance(0.35)) return given;
      const dimension = [...dimensions].find(([, size]) => size === given.value)?.[0];
      if (type === "int" && dimension !== undefined && random.chance(0.5))
        return { ...given, text: dimension, from: dimension };
      const name = names.value();
      parameters.push({ name, type, text: given.text, value: given.value });
      return { ...given, text: name, from: name };
    }),
  }));
}

/** The body with some numbers as constants of the program. */
export function withConstants(
  random: Random,
  names: Names,
  steps: readonly Step[],
  constants: Constant[],
): readonly Step[] {
  return change(steps, (use) => ({
    ...use,
    given: use.given.map((given): Given => {
      const type = parameterFor(use, given);
      if ((type !== "int" && type !== "float") || !random.chance(0.12)) return given;
      const name = names.value();
      constants.push({ name, text: given.text, value: given.value });
      return { ...given, text: name, from: name };
    }),
  }));
}
