// The shared part of layers with one input that only change its elements.

import { CompilerBug } from "../base/compilerBug.ts";
import type { Builder, Value } from "../ir/builder.ts";
import type { OptionRecord } from "../ir/graph.ts";
import type { TensorType } from "../ir/types.ts";
import type { Checked, ExpandCall } from "./definition.ts";
import { oneInput } from "./shape.ts";

/** Returns the input of a layer with one input. The checker has made sure that it is there. */
export function inputOf(call: Pick<ExpandCall, "inputs">): Value {
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
