// Adds zeros around the spatial axes or cuts elements off them, with an amount before and after for each axis.

import { CompilerBug } from "../base/compilerBug.ts";
import type { Builder, Value } from "../ir/builder.ts";
import type { OptionRecord } from "../ir/graph.ts";
import { addSizes, type Size } from "../ir/size.ts";
import type { TensorType } from "../ir/types.ts";
import { bad, type Checked, type ExpandCall, ok } from "./definition.ts";
import { anyType } from "./elementwise.ts";
import { inputOf } from "./layer.ts";
import { integers } from "./options.ts";
import { andThen, oneInput } from "./shape.ts";
import { spatialShape } from "./sliding.ts";

/** Amounts for each axis of the tensor; batch and channels have none. */
function amounts(options: OptionRecord, name: string): { readonly before: number[]; readonly after: number[] } {
  const flat = integers(options, name);
  const before = flat.filter((_, i) => i % 2 === 0);
  const after = flat.filter((_, i) => i % 2 === 1);
  return { before: [0, ...before, 0], after: [0, ...after, 0] };
}

function common(rank: number, name: string, fallback: number, doc: string) {
  return {
    inputs: [{ name: "x", shape: spatialShape(rank, "c") }],
    output: spatialShape(rank, "c", "'"),
    options: {
      [name]: { type: { kind: "padding" as const, rank }, default: new Array<number>(2 * rank).fill(fallback), doc },
    },
    positional: [name],
  };
}

/** The shared part of the ZeroPadding layers. */
export function zeroPadding(rank: number) {
  return {
    ...common(rank, "padding", 1, "Zeros before and after: `1`, `[1, 2]` for each axis, or `[[0, 1], [2, 0]]`."),
    shape: (inputs: readonly TensorType[], options: OptionRecord): Checked<TensorType> =>
      andThen(oneInput(inputs, { takes: anyType, rank: rank + 1, text: spatialShape(rank, "c") }), (x) => {
        const { before, after } = amounts(options, "padding");
        const shape = x.shape.map((size, i) => addSizes(size, (before[i] ?? 0) + (after[i] ?? 0)));
        return ok({ dtype: x.dtype, shape });
      }),
    expand(g: Builder, call: ExpandCall): { readonly output: Value } {
      const { before, after } = amounts(call.options, "padding");
      return { output: g.pad(inputOf(call), before, after) };
    },
  };
}

/** The shared part of the Cropping layers. */
export function cropping(rank: number) {
  const cropped = (x: TensorType, options: OptionRecord): Checked<TensorType> => {
    const { before, after } = amounts(options, "cropping");
    const shape: Size[] = [];
    for (const [i, size] of x.shape.entries()) {
      const gone = (before[i] ?? 0) + (after[i] ?? 0);
      const result = addSizes(size, -gone);
      if (typeof result === "number" && result <= 0)
        return bad({ problem: "vanishes", axis: i, size, window: gone, result });
      shape.push(result);
    }
    return ok({ dtype: x.dtype, shape });
  };
  return {
    ...common(
      rank,
      "cropping",
      rank === 2 ? 0 : 1,
      "Elements to cut off: `1`, `[1, 2]` for each axis, or `[[0, 1], [2, 0]]`.",
    ),
    shape: (inputs: readonly TensorType[], options: OptionRecord): Checked<TensorType> =>
      andThen(oneInput(inputs, { takes: anyType, rank: rank + 1, text: spatialShape(rank, "c") }), (x) =>
        cropped(x, options),
      ),
    expand(g: Builder, call: ExpandCall): { readonly output: Value } {
      const x = inputOf(call);
      const type = cropped(x.type, call.options);
      if ("bad" in type) throw new CompilerBug("a crop leaves nothing");
      return { output: g.slice(x, amounts(call.options, "cropping").before, type.ok.shape) };
    },
  };
}
