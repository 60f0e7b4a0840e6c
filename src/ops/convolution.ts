// The layers of convolutions of any rank: their options, weights and types. convolve.ts writes the sums of products.

import { CompilerBug } from "../base/compilerBug.ts";
import type { Builder, Value } from "../ir/builder.ts";
import type { OptionRecord } from "../ir/graph.ts";
import { floorDivide } from "../ir/size.ts";
import type { TensorType } from "../ir/types.ts";
import { activate, activatedType } from "./activation.ts";
import { convolve } from "./convolve.ts";
import { bad, type Checked, type ExpandCall, type OptionDef, type ShapeHint, type WeightDef } from "./definition.ts";
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
import { andThen, oneInput } from "./shape.ts";
import { droppedEdges, type Padding, type Sliding, slide, spatialShape } from "./sliding.ts";

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

/** The shared part of Conv1D, Conv2D and Conv3D. */
export function convolution(rank: number) {
  return {
    options: convolutionOptions(rank),
    positional: ["filters", "kernel_size", "activation"],
    nature: "weighs" as const,
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
