// Writes a convolution of any rank as one `contract`. The affine indices hold strides, dilations, paddings and groups.

import { CompilerBug } from "../base/compilerBug.ts";
import type { Builder, Value } from "../ir/builder.ts";
import type { Address, NamedLoop, OptionRecord } from "../ir/graph.ts";
import { addSizes, ceilDivide, floorDivide, type Size } from "../ir/size.ts";
import type { TensorType } from "../ir/types.ts";
import { activate, activatedType } from "./activation.ts";
import {
  bad,
  type Checked,
  type ExpandCall,
  type OptionDef,
  ok,
  type ShapeHint,
  type WeightDef,
} from "./definition.ts";
import {
  activationOption,
  biasInitializer,
  flag,
  integers,
  kernelInitializer,
  numberOf,
  textOf,
  use,
  useBias,
} from "./options.ts";
import { andThen, known, oneInput } from "./shape.ts";

export type Padding = "valid" | "same" | "causal";

/** The movement of a window along one axis, before the padding is known in numbers. */
export interface Sliding {
  readonly size: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padding: Padding;
}

/** Names of the spatial axes and of the loops over them, by rank. */
const axisNames: readonly (readonly string[])[] = [[], ["x"], ["y", "x"], ["z", "y", "x"]];
export const spatialNames = (rank: number): readonly string[] => axisNames[rank] ?? [];
const shownAxes: readonly (readonly string[])[] = [[], ["time"], ["h", "w"], ["d", "h", "w"]];
/** Writes `[h, w, c]` for people; `mark` follows each spatial axis. */
export function spatialShape(rank: number, last: string, mark = ""): string {
  return `[${[...(shownAxes[rank] ?? []).map((axis) => axis + mark), last].join(", ")}]`;
}

/** Counts the elements from the first tap of a window to the last. */
export const reach = (window: Pick<Sliding, "size" | "dilation">): number => (window.size - 1) * window.dilation + 1;

/** Counts the positions of the window along an axis of `size` elements. */
export function slidSize(size: Size, window: Sliding): Size {
  if (window.padding !== "valid") return ceilDivide(size, window.stride);
  return ceilDivide(addSizes(size, 1 - reach(window)), window.stride);
}

/** Counts the elements of padding before and after. `same` puts the smaller half first, `causal` puts everything first. */
export function paddingOf(size: Size, window: Sliding): { readonly before: number; readonly after: number } {
  if (window.padding === "valid") return { before: 0, after: 0 };
  if (window.padding === "causal") return { before: reach(window) - 1, after: 0 };
  if (window.stride === 1) {
    const total = reach(window) - 1;
    return { before: Math.floor(total / 2), after: Math.ceil(total / 2) };
  }
  const length = known(size);
  const total = Math.max(0, (Math.ceil(length / window.stride) - 1) * window.stride + reach(window) - length);
  return { before: Math.floor(total / 2), after: Math.ceil(total / 2) };
}

/** Returns the sizes of the spatial axes (1 to rank) after windows have moved over them. */
export function slide(spatial: readonly Size[], windows: readonly Sliding[]): Checked<readonly Size[]> {
  const sizes: Size[] = [];
  for (const [i, window] of windows.entries()) {
    const size = spatial[i] ?? 0;
    const result = slidSize(size, window);
    if (typeof result === "number" && result <= 0)
      return bad({ problem: "vanishes", axis: i + 1, size, window: reach(window), result });
    sizes.push(result);
  }
  return ok(sizes);
}

/** Reports NN105 for each axis whose end the last position does not reach. */
export function droppedEdges(spatial: readonly Size[], windows: readonly Sliding[]): readonly ShapeHint[] {
  return windows.flatMap((window, i): readonly ShapeHint[] => {
    const size = spatial[i];
    if (typeof size !== "number" || window.padding !== "valid" || size < reach(window)) return [];
    const dropped = (size - reach(window)) % window.stride;
    return dropped === 0 ? [] : [{ hint: "edge_dropped", axis: i + 1, dropped, size }];
  });
}

function paddingNamed(options: OptionRecord): Padding {
  const padding = textOf(options, "padding");
  return padding === "same" || padding === "causal" ? padding : "valid";
}

/** Reads the windows of a convolution's `kernel_size`, `strides`, `dilation_rate` and `padding`. */
export function windowsOf(options: OptionRecord): readonly Sliding[] {
  const strides = integers(options, "strides");
  const dilations = integers(options, "dilation_rate");
  const padding = paddingNamed(options);
  return integers(options, "kernel_size").map((size, i) => ({
    size,
    stride: strides[i] ?? 1,
    dilation: dilations[i] ?? 1,
    padding,
  }));
}

export const filtersOption: OptionDef = {
  type: { kind: "int", min: 1 },
  required: true,
  doc: "The number of features to look for.",
};

/** The options of a window that moves: its size, strides, padding and dilation. */
export function windowOptions(rank: number, paddings: readonly Padding[]) {
  const ones = Array.from({ length: rank }, () => 1);
  return {
    kernel_size: { type: { kind: "size", rank, min: 1 }, required: true, doc: "The size of the window." },
    strides: {
      type: { kind: "size", rank, min: 1 },
      default: ones,
      doc: "How far the window moves at each step.",
      aliases: ["stride"],
    },
    padding: {
      type: { kind: "choice", values: paddings },
      default: "valid",
      doc: "`same` pads with zeros, the smaller half first, and a stride of 1 keeps the size; `valid` does not pad.",
    },
    dilation_rate: {
      type: { kind: "size", rank, min: 1 },
      default: ones,
      doc: "The distance between taps of the kernel.",
    },
  } satisfies Readonly<Record<string, OptionDef>>;
}

function convolutionOptions(rank: number): Readonly<Record<string, OptionDef>> {
  return {
    filters: filtersOption,
    ...windowOptions(rank, rank === 1 ? ["valid", "same", "causal"] : ["valid", "same"]),
    groups: {
      type: { kind: "int", min: 1 },
      default: 1,
      doc: "Splits channels and filters into groups that see only each other.",
    },
    activation: activationOption,
    use_bias: useBias,
    kernel_initializer: kernelInitializer,
    bias_initializer: biasInitializer,
  };
}

function convolvedType(x: TensorType, options: OptionRecord): Checked<TensorType> {
  const windows = windowsOf(options);
  const rank = windows.length;
  const groups = numberOf(options, "groups");
  const filters = numberOf(options, "filters");
  const channels = x.shape[rank + 1] ?? 0;
  if (typeof channels === "number" && channels % groups !== 0)
    return bad({ problem: "groups", groups, channels, what: "channels" });
  if (filters % groups !== 0) return bad({ problem: "groups", groups, channels: filters, what: "filters" });
  return andThen(slide(x.shape.slice(1, rank + 1), windows), (spatial) =>
    activatedType({ dtype: "f32", shape: [x.shape[0] ?? 1, ...spatial, filters] }, options),
  );
}

/** `out[b, y, x, f] = Σ_ky Σ_kx Σ_c in[b, s·y + d·ky - p, …, c] · kernel[ky, kx, c, f]`, in groups of channels. */
export function convolve(g: Builder, x: Value, kernel: Value, windows: readonly Sliding[], groups: number): Value {
  const rank = windows.length;
  const names = spatialNames(rank);
  const spatial = x.type.shape.slice(1, rank + 1);
  const outer = spatial.map((size, i) =>
    slidSize(size, windows[i] ?? { size: 1, stride: 1, dilation: 1, padding: "valid" }),
  );
  const channels = known(kernel.type.shape[rank]);
  const filters = known(kernel.type.shape[rank + 1]);
  const perGroup = filters / groups;
  const batch = x.type.shape[0] ?? 1;
  const at = (strides: Readonly<Record<string, number>>, offset = 0): Address => ({ offset, strides });
  const grouped = groups > 1;
  // Groups get an axis of their own. With one loop for each axis, every gradient is a plain sum of products too.
  const group = grouped ? [at({ g: 1 })] : [];
  const byGroup = (value: Value, size: Size): Value =>
    grouped ? g.reshape(value, [...value.type.shape.slice(0, -1), groups, size]) : value;
  const loops: readonly NamedLoop[] = [
    { name: "b", extent: batch },
    ...names.map((name, i) => ({ name, extent: outer[i] ?? 1 })),
    ...(grouped ? [{ name: "g", extent: groups }] : []),
    { name: "f", extent: perGroup },
    ...names.map((name, i) => ({ name: `k${name}`, extent: windows[i]?.size ?? 1 })),
    { name: "c", extent: channels },
  ];
  const read = names.map((name, i) => {
    const window = windows[i] ?? { size: 1, stride: 1, dilation: 1, padding: "valid" as const };
    const { before } = paddingOf(spatial[i] ?? 1, window);
    return at({ [name]: window.stride, [`k${name}`]: window.dilation }, before === 0 ? 0 : -before);
  });
  const result = g.contract({
    loops,
    shape: [batch, ...outer, ...(grouped ? [groups] : []), perGroup],
    out: [at({ b: 1 }), ...names.map((name) => at({ [name]: 1 })), ...group, at({ f: 1 })],
    lhs: byGroup(x, channels),
    left: [at({ b: 1 }), ...read, ...group, at({ c: 1 })],
    rhs: byGroup(kernel, perGroup),
    right: [...names.map((name) => at({ [`k${name}`]: 1 })), at({ c: 1 }), ...group, at({ f: 1 })],
  });
  return g.reshape(result, [batch, ...outer, filters]);
}

/** The shared part of Conv1D, Conv2D and Conv3D. */
export function convolution(rank: number) {
  return {
    options: convolutionOptions(rank),
    positional: ["filters", "kernel_size", "activation"],
    inputs: [{ name: "x", shape: spatialShape(rank, "c") }],
    output: spatialShape(rank, "filters", "'"),
    weights([x]: readonly TensorType[], options: OptionRecord): readonly WeightDef[] {
      const filters = numberOf(options, "filters");
      const channels = floorDivide(x?.shape[rank + 1] ?? 1, numberOf(options, "groups"));
      const kernel: WeightDef = {
        name: "kernel",
        shape: [...integers(options, "kernel_size"), channels, filters],
        initializer: use(options, "kernel_initializer"),
        trainable: true,
      };
      if (!flag(options, "use_bias")) return [kernel];
      return [
        kernel,
        { name: "bias", shape: [filters], initializer: use(options, "bias_initializer"), trainable: true },
      ];
    },
    shape(inputs: readonly TensorType[], options: OptionRecord): Checked<TensorType> {
      return andThen(oneInput(inputs, { rank: rank + 1, text: spatialShape(rank, "c") }), (x) =>
        convolvedType(x, options),
      );
    },
    hints([x]: readonly TensorType[], options: OptionRecord): readonly ShapeHint[] {
      return droppedEdges(x?.shape.slice(1, rank + 1) ?? [], windowsOf(options));
    },
    expand(g: Builder, call: ExpandCall): { readonly output: Value } {
      const [x] = call.inputs;
      const { kernel, bias } = call.weights;
      if (x === undefined || kernel === undefined) throw new CompilerBug("a convolution needs input and kernel");
      const sums = convolve(g, x, kernel, windowsOf(call.options), numberOf(call.options, "groups"));
      return { output: activate(g, bias === undefined ? sums : g.add(sums, bias), call) };
    },
  };
}
