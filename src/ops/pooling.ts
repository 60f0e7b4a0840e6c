// Pooling of any rank: the maximum or the mean of each window, or of all spatial axes at once.

import type { Builder, Value } from "../ir/builder.ts";
import type { OptionRecord, WindowAxis } from "../ir/graph.ts";
import type { Size } from "../ir/size.ts";
import type { TensorType } from "../ir/types.ts";
import { type Bounds, type Checked, type ExpandCall, type OptionDef, ok, type ShapeHint } from "./definition.ts";
import { inputOf } from "./layer.ts";
import { flag, flagOption, integers, maybeIntegers, textOf } from "./options.ts";
import { andThen, known, oneInput } from "./shape.ts";
import { droppedEdges, paddingOf, type Sliding, slide, spatialShape } from "./sliding.ts";

function poolingOptions(rank: number): Readonly<Record<string, OptionDef>> {
  return {
    pool_size: {
      type: { kind: "size", rank, min: 1 },
      default: Array.from({ length: rank }, () => 2),
      doc: "The size of the window.",
    },
    strides: {
      type: { kind: "size", rank, min: 1 },
      optional: true,
      default: undefined,
      doc: "How far the window moves at each step; by default its own size.",
      aliases: ["stride"],
    },
    padding: {
      type: { kind: "choice", values: ["valid", "same"] },
      default: "valid",
      doc: "`same` lets windows reach over the edge; `valid` drops elements that do not fill a window.",
    },
  };
}

function windowsOf(options: OptionRecord): readonly Sliding[] {
  const sizes = integers(options, "pool_size");
  const strides = maybeIntegers(options, "strides") ?? sizes;
  const padding = textOf(options, "padding") === "same" ? "same" : "valid";
  return sizes.map((size, i) => ({ size, stride: strides[i] ?? size, dilation: 1, padding }));
}

const still: WindowAxis = { size: 1, stride: 1, dilation: 1, before: 0, after: 0 };

/** Returns a window for each axis of `x`; batch and channels stay. */
function windowAxes(x: TensorType, windows: readonly Sliding[]): readonly WindowAxis[] {
  const spatial = windows.map((window, i): WindowAxis => {
    const { size, stride, dilation } = window;
    return { size, stride, dilation, ...paddingOf(x.shape[i + 1] ?? 1, window) };
  });
  return [still, ...spatial, still];
}

/** Counts the elements of the tensor that each window along an axis covers; padding does not count. */
function coverage(size: number, window: WindowAxis): readonly number[] {
  const positions = Math.floor((size + window.before + window.after - window.size) / window.stride) + 1;
  return Array.from({ length: positions }, (_, i) => {
    const start = i * window.stride - window.before;
    return Math.min(start + window.size, size) - Math.max(start, 0);
  });
}

function average(g: Builder, x: Value, windows: readonly WindowAxis[]): Value {
  const sums = g.windowReduce("sum", x, windows);
  const spatial = windows.slice(1, -1);
  if (spatial.every((window) => window.before === 0 && window.after === 0))
    return g.div(
      sums,
      spatial.reduce((count, window) => count * window.size, 1),
    );
  const counts = spatial.map((window, i) => coverage(known(x.type.shape[i + 1]), window));
  const products = counts.reduce<readonly number[]>((all, axis) => all.flatMap((a) => axis.map((b) => a * b)), [1]);
  const shape = [...counts.map((axis) => axis.length), 1];
  return g.div(sums, g.constant(products, { dtype: "f32", shape }));
}

/** A maximum and a mean lie where the numbers do. */
export const sameBounds = ([x]: readonly Bounds[]): Bounds | undefined => x;

/** The shared part of the pooling layers with windows. */
export function pooling(rank: number, kind: "max" | "average") {
  return {
    options: poolingOptions(rank),
    positional: ["pool_size", "strides"],
    bounds: sameBounds,
    inputs: [{ name: "x", shape: spatialShape(rank, "c") }],
    output: spatialShape(rank, "c", "'"),
    shape(inputs: readonly TensorType[], options: OptionRecord): Checked<TensorType> {
      return andThen(oneInput(inputs, { rank: rank + 1, text: spatialShape(rank, "c") }), (x) =>
        andThen(slide(x.shape.slice(1, rank + 1), windowsOf(options)), (spatial) =>
          ok({ dtype: "f32", shape: [x.shape[0] ?? 1, ...spatial, x.shape[rank + 1] ?? 1] }),
        ),
      );
    },
    hints([x]: readonly TensorType[], options: OptionRecord): readonly ShapeHint[] {
      return droppedEdges(x?.shape.slice(1, rank + 1) ?? [], windowsOf(options));
    },
    expand(g: Builder, call: ExpandCall): { readonly output: Value } {
      const x = inputOf(call);
      const windows = windowAxes(x.type, windowsOf(call.options));
      return { output: kind === "max" ? g.windowReduce("max", x, windows) : average(g, x, windows) };
    },
  };
}

/** The shared part of the global pooling layers, which pool all spatial axes at once. */
export function globalPooling(rank: number, kind: "max" | "average") {
  const axes = Array.from({ length: rank }, (_, i) => i + 1);
  return {
    options: { keepdims: flagOption(false, "Whether the pooled axes stay, with size 1.") },
    positional: [],
    bounds: sameBounds,
    inputs: [{ name: "x", shape: spatialShape(rank, "c") }],
    output: "[c]",
    shape(inputs: readonly TensorType[], options: OptionRecord): Checked<TensorType> {
      return andThen(oneInput(inputs, { rank: rank + 1, text: spatialShape(rank, "c") }), (x) => {
        const ones: readonly Size[] = flag(options, "keepdims") ? axes.map(() => 1) : [];
        return ok({ dtype: "f32", shape: [x.shape[0] ?? 1, ...ones, x.shape[rank + 1] ?? 1] });
      });
    },
    expand(g: Builder, call: ExpandCall): { readonly output: Value } {
      const x = inputOf(call);
      const keep = flag(call.options, "keepdims");
      return { output: kind === "max" ? g.max(x, axes, keep) : g.mean(x, axes, keep) };
    },
  };
}
