// Functions of two tensors, element by element. The signs `+ - * / **`, comparisons and `and or` of a `.nn` file call them.

import { CompilerBug } from "../base/compilerBug.ts";
import type { Builder, Value } from "../ir/builder.ts";
import type { BinaryName } from "../ir/scalar/names.ts";
import type { DType, TensorType } from "../ir/types.ts";
import { type Bounds, bad, type Checked, type ExpandCall, ok } from "./definition.ts";
import { anyType, counted, countedValue, numeric } from "./elementwise.ts";
import { joinsMasks } from "./mask.ts";
import { aligned, mergedType } from "./merging.ts";
import { andThen } from "./shape.ts";

/** Both inputs must have one element type; nothing is converted silently. */
function typeOf(inputs: readonly TensorType[], dtypes: readonly DType[]): Checked<TensorType> {
  if (inputs.length !== 2) return bad({ problem: "inputs", expected: "two", actual: inputs.length });
  const types = inputs.map(counted);
  const first = types[0]?.dtype ?? "f32";
  return mergedType(types, dtypes.includes(first) ? [first] : dtypes);
}

/** The names and the shapes of two tensors, for people. */
const pair = {
  inputs: [
    { name: "a", shape: "[...]" },
    { name: "b", shape: "[...]" },
  ],
  output: "[...]",
  masks: joinsMasks,
  options: {},
  positional: [],
};

/** The shared part of functions of two tensors; the result has their element type. */
export function binaryOf(compute: (g: Builder, a: Value, b: Value) => Value, dtypes: readonly DType[] = ["f32"]) {
  return {
    ...pair,
    shape: (inputs: readonly TensorType[]): Checked<TensorType> => typeOf(inputs, dtypes),
    expand(g: Builder, call: ExpandCall): { readonly output: Value } {
      const [a, b] = aligned(
        g,
        call.inputs.map((x) => countedValue(g, x)),
      );
      if (a === undefined || b === undefined) throw new CompilerBug("a function of two tensors without them");
      return { output: compute(g, a, b) };
    },
  };
}

/** The same for one scalar function `fn`. */
export const binary = (fn: BinaryName, dtypes: readonly DType[]) => binaryOf((g, a, b) => g.map(fn, a, b), dtypes);

/** The same where the result is a bool. */
const toBool = (part: ReturnType<typeof binaryOf>) => ({
  ...part,
  shape: (inputs: readonly TensorType[]): Checked<TensorType> =>
    andThen(part.shape(inputs), ({ shape }) => ok({ dtype: "bool", shape })),
});

/** The shared part of comparisons by order, `a < b`. */
export const comparison = (fn: BinaryName) => toBool(binary(fn, numeric));
/** The shared part of `a == b` and `a != b`, which class indices and tokens have too. */
export const equality = (fn: BinaryName) => ({ ...toBool(binary(fn, anyType)), takesIndices: true as const });

/** The shared part of functions of two conditions; numbers other than 0 count as true. */
export function connective(compute: (g: Builder, a: Value, b: Value) => Value) {
  const of = binaryOf((g, a, b) => compute(g, g.cast(a, "bool"), g.cast(b, "bool")), ["bool"]);
  const asBool = (type: TensorType): TensorType => ({ ...type, dtype: "bool" });
  return { ...of, shape: (inputs: readonly TensorType[]): Checked<TensorType> => of.shape(inputs.map(asBool)) };
}

/** The bounds of a function that grows or falls with each input alone, from those of its inputs. */
export const boundsBy =
  (compute: (a: number, b: number) => number) =>
  ([a, b]: readonly Bounds[]): Bounds | undefined => {
    if (a === undefined || b === undefined) return undefined;
    const corners = a.flatMap((one) => b.map((other) => compute(one, other)));
    return corners.every(Number.isFinite) ? [Math.min(...corners), Math.max(...corners)] : undefined;
  };
