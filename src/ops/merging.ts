// Layers that merge tensors element by element. Shapes broadcast where an axis is 1 or missing after the batch.

import { CompilerBug } from "../base/compilerBug.ts";
import type { Builder, Value } from "../ir/builder.ts";
import { broadcastShapes } from "../ir/graphBuilder.ts";
import type { BinaryName } from "../ir/scalar/names.ts";
import { batchSize, type Size } from "../ir/size.ts";
import type { DType, TensorType } from "../ir/types.ts";
import { bad, type Checked, type ExpandCall, ok } from "./definition.ts";
import { joinsMasks } from "./mask.ts";
import { andThen, dtypeProblem, innerShape, isBatched } from "./shape.ts";

/** Returns the shape that all broadcast to, aligned at the right and with the batch apart; the first that does not fit differs. */
export function mergedShape(types: readonly TensorType[]): Checked<readonly Size[]> {
  let shape: readonly Size[] = [];
  for (const [i, type] of types.entries()) {
    const next = broadcastShapes(shape, innerShape(type));
    if (next === undefined) return bad({ problem: "differ", input: i });
    shape = next;
  }
  return ok(types.some(isBatched) ? [batchSize, ...shape] : shape);
}

/** Gives batched values the rank of the result, so that NumPy's broadcasting lines their axes up. */
export function aligned(g: Builder, values: readonly Value[]): readonly Value[] {
  const rank = Math.max(...values.map((value) => innerShape(value.type).length));
  return values.map((value) => {
    if (!isBatched(value.type)) return value;
    const inner = innerShape(value.type);
    const ones = Array.from({ length: rank - inner.length }, () => 1);
    return g.reshape(value, [batchSize, ...ones, ...inner]);
  });
}

/** Returns the type of values that are merged element by element; all must have one of the element types. */
export function mergedType(inputs: readonly TensorType[], dtypes: readonly DType[]): Checked<TensorType> {
  const type = dtypeProblem(inputs, dtypes);
  if (type !== undefined) return bad(type);
  return andThen(mergedShape(inputs), (shape) => ok({ dtype: inputs[0]?.dtype ?? "f32", shape }));
}

/** The shared part of the merging layers. `exactly` is the number of inputs of a layer that takes a fixed number. */
export function merging(combine: (g: Builder, values: readonly Value[]) => Value, exactly?: number) {
  return {
    inputs: [{ name: "xs...", shape: "[...]" }],
    variadic: true,
    output: "[...]",
    masks: joinsMasks,
    options: {},
    positional: [],
    shape(inputs: readonly TensorType[]): Checked<TensorType> {
      const fits = exactly === undefined ? inputs.length >= 2 : inputs.length === exactly;
      const expected = exactly === undefined ? "two or more" : "two";
      if (!fits) return bad({ problem: "inputs", expected, actual: inputs.length });
      return mergedType(inputs, ["f32"]);
    },
    expand(g: Builder, call: ExpandCall): { readonly output: Value } {
      return { output: combine(g, aligned(g, call.inputs)) };
    },
  };
}

/** Combines from the left, two at a time. */
export function fold(g: Builder, fn: BinaryName, values: readonly Value[]): Value {
  const [first, ...rest] = values;
  if (first === undefined) throw new CompilerBug("nothing to merge");
  return rest.reduce((sum, value) => g.map(fn, sum, value), first);
}
