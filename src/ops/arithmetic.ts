// Functions of two tensors, element by element. The signs `+ - * / **` of a `.nn` file call them.

import type { Builder, Value } from "../ir/builder.ts";
import type { BinaryName } from "../ir/scalar/names.ts";
import type { DType, TensorType } from "../ir/types.ts";
import { bad, type Checked, type ExpandCall } from "./definition.ts";
import { aligned, mergedType } from "./merging.ts";

/** Raw bytes count as f32. */
const counted = (type: TensorType): TensorType => (type.dtype === "u8" ? { ...type, dtype: "f32" } : type);

/** Both inputs must have one element type; nothing is converted silently. */
function typeOf(inputs: readonly TensorType[], dtypes: readonly DType[]): Checked<TensorType> {
  if (inputs.length !== 2) return bad({ problem: "inputs", expected: "two", actual: inputs.length });
  const types = inputs.map(counted);
  const first = types[0]?.dtype ?? "f32";
  return mergedType(types, dtypes.includes(first) ? [first] : dtypes);
}

/** The shared part of functions of two tensors; `fn` is a scalar function. */
export function binary(fn: BinaryName, dtypes: readonly DType[]) {
  return {
    inputs: [
      { name: "a", shape: "[...]" },
      { name: "b", shape: "[...]" },
    ],
    output: "[...]",
    options: {},
    positional: [],
    shape: (inputs: readonly TensorType[]): Checked<TensorType> => typeOf(inputs, dtypes),
    expand(g: Builder, call: ExpandCall): { readonly output: Value } {
      const values = call.inputs.map((x) => (x.type.dtype === "u8" ? g.cast(x, "f32") : x));
      return { output: g.map(fn, ...aligned(g, values)) };
    },
  };
}
