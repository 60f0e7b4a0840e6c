// Pooling to a given size: window `i` of `o` along an axis of `n` elements reaches from ⌊i·n/o⌋ to ⌈(i + 1)·n/o⌉. As in
// Keras, one axis is pooled after the other.

import type { Builder, Value } from "../ir/builder.ts";
import type { OptionRecord, WindowAxis } from "../ir/graph.ts";
import type { TensorType } from "../ir/types.ts";
import { type Checked, type ExpandCall, ok } from "./definition.ts";
import { inputOf } from "./layer.ts";
import { part } from "./moving.ts";
import { integers } from "./options.ts";
import { sameBounds } from "./pooling.ts";
import { andThen, known, oneInput } from "./shape.ts";
import { spatialShape } from "./sliding.ts";

const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b));

/** The windows repeat after each `period` of them, `stride` elements further on: each kind slides like other windows. */
function poolAlong(g: Builder, x: Value, axis: number, output: number, kind: "max" | "average"): Value {
  const { shape } = x.type;
  const size = known(shape[axis]);
  if (size === output) return x;
  const turns = greatestCommonDivisor(size, output);
  const [period, stride] = [output / turns, size / turns];
  const still: WindowAxis = { size: 1, stride: 1, dilation: 1, before: 0, after: 0 };
  const kinds = Array.from({ length: period }, (_, i) => {
    const start = Math.floor((i * size) / output);
    const window = Math.ceil(((i + 1) * size) / output) - start;
    const length = (turns - 1) * stride + window;
    const windows = shape.map((_, at) => (at === axis ? { ...still, size: window, stride } : still));
    const made = g.windowReduce(kind === "max" ? "max" : "sum", part(g, x, axis, start, length), windows);
    const pooled = kind === "max" ? made : g.div(made, window);
    return g.reshape(pooled, shape.toSpliced(axis, 1, turns, 1));
  });
  const [only] = kinds;
  const side = kinds.length === 1 && only !== undefined ? only : g.concat(kinds, axis + 1);
  return g.reshape(side, shape.with(axis, output));
}

/** The shared part of the adaptive pooling layers. */
export function adaptivePooling(rank: number, kind: "max" | "average") {
  return {
    inputs: [{ name: "x", shape: spatialShape(rank, "c") }],
    output: "[...output_size, c]",
    bounds: sameBounds,
    options: {
      output_size: {
        type: { kind: "size" as const, rank, min: 1 },
        required: true,
        doc: "The size of the result along each axis; the windows adapt to it.",
      },
    },
    positional: ["output_size"],
    shape: (inputs: readonly TensorType[], options: OptionRecord): Checked<TensorType> =>
      andThen(oneInput(inputs, { rank: rank + 1, text: spatialShape(rank, "c") }), (x) =>
        ok({ dtype: "f32", shape: [x.shape[0] ?? 1, ...integers(options, "output_size"), x.shape[rank + 1] ?? 1] }),
      ),
    expand: (g: Builder, call: ExpandCall): { readonly output: Value } => ({
      output: integers(call.options, "output_size").reduce(
        (x, output, i) => poolAlong(g, x, i + 1, output, kind),
        inputOf(call),
      ),
    }),
  };
}
