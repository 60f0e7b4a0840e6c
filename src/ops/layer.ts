// Layers of one input that only change its elements: what they have in common.

import { CompilerBug } from "../base/compilerBug.ts";
import type { Builder, Value } from "../ir/builder.ts";
import type { OptionRecord } from "../ir/graph.ts";
import type { TensorType } from "../ir/types.ts";
import type { Checked, ExpandCall } from "./definition.ts";
import { oneInput } from "./shape.ts";

/** The input a layer of one input has; that it is there is checked before. */
export function inputOf(call: ExpandCall): Value {
  const [x] = call.inputs;
  if (x === undefined) throw new CompilerBug("a layer without its input");
  return x;
}

/** A layer whose output has the type of its input. */
export function sameTypeLayer(compute: (g: Builder, x: Value, options: OptionRecord) => Value) {
  return {
    inputs: [{ name: "x", shape: "[...]" }],
    output: "[...]",
    shape: (inputs: readonly TensorType[]): Checked<TensorType> => oneInput(inputs, { atLeast: 0, text: "[...]" }),
    expand: (g: Builder, call: ExpandCall): { readonly output: Value } => ({
      output: compute(g, inputOf(call), call.options),
    }),
  };
}
