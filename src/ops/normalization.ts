// The shared part of normalisations: the axes that they work along.

import type { OptionRecord } from "../ir/graph.ts";
import type { TensorType } from "../ir/types.ts";
import { bad, type Checked, type OptionDef, ok } from "./definition.ts";
import { numbers } from "./options.ts";
import { axisPosition, axisPositions, axisProblem } from "./shape.ts";

/** Returns the positions of the option `axis`, ascending. */
export const normalisedAxes = (x: TensorType, options: OptionRecord): readonly number[] =>
  axisPositions(numbers(options, "axis"), x.shape.length);

/** Returns the type of the input if it has all axes of the option `axis`; the batch may not be among them. */
export function axesExist(x: TensorType, options: OptionRecord): Checked<TensorType> {
  const wrong = numbers(options, "axis").find((axis) => (axisPosition(axis, x.shape.length) ?? 0) === 0);
  return wrong === undefined ? ok(x) : bad(axisProblem("axis", wrong, x));
}

export const initializerOption = (name: string, doc: string): OptionDef => ({
  type: { kind: "initializer" },
  default: { name, options: {} },
  doc,
});
