// Convolutions of each channel by itself, and those with a mixing of the channels afterwards (separable), along one or two axes.

import { CompilerBug } from "../base/compilerBug.ts";
import type { Builder, Value } from "../ir/builder.ts";
import type { OptionRecord } from "../ir/graph.ts";
import { multiplySizes, type Size } from "../ir/size.ts";
import type { TensorType } from "../ir/types.ts";
import { activate, activatedType } from "./activation.ts";
import { filtersOption, windowOptions, windowsOf } from "./convolution.ts";
import { convolveEach } from "./convolve.ts";
import type { Checked, ExpandCall, OptionDef, ShapeHint, WeightDef } from "./definition.ts";
import {
  activationOption,
  biasInitializer,
  flag,
  integers,
  kernelInitializer,
  numberOf,
  use,
  useBias,
} from "./options.ts";
import { andThen, oneInput } from "./shape.ts";
import { droppedEdges, slide, spatialShape } from "./sliding.ts";

const multiplierOption: OptionDef = {
  type: { kind: "int", min: 1 },
  default: 1,
  doc: "The number of features that each channel makes.",
};
const initializer = (what: string): OptionDef => ({ ...kernelInitializer, doc: `How ${what} starts.` });

const channelsOf = (x: TensorType | undefined, rank: number): Size => x?.shape[rank + 1] ?? 1;

/** The kernel with one window for each channel and feature. */
const eachKernel = (name: string, x: TensorType | undefined, rank: number, options: OptionRecord): WeightDef => ({
  name,
  shape: [...integers(options, "kernel_size"), channelsOf(x, rank), numberOf(options, "depth_multiplier")],
  initializer: use(options, "depthwise_initializer"),
  prefix: "depthwise",
  trainable: true,
});

const biasOf = (size: Size, options: OptionRecord): readonly WeightDef[] =>
  flag(options, "use_bias")
    ? [{ name: "bias", shape: [size], initializer: use(options, "bias_initializer"), trainable: true }]
    : [];

/** The parts that depthwise and separable convolutions share. `filters` counts the features of the result. */
function common(rank: number, filters: (x: TensorType, options: OptionRecord) => Size) {
  return {
    inputs: [{ name: "x", shape: spatialShape(rank, "c") }],
    shape(inputs: readonly TensorType[], options: OptionRecord): Checked<TensorType> {
      return andThen(oneInput(inputs, { rank: rank + 1, text: spatialShape(rank, "c") }), (x) =>
        andThen(slide(x.shape.slice(1, rank + 1), windowsOf(options)), (spatial) =>
          activatedType({ dtype: "f32", shape: [x.shape[0] ?? 1, ...spatial, filters(x, options)] }, options),
        ),
      );
    },
    hints([x]: readonly TensorType[], options: OptionRecord): readonly ShapeHint[] {
      return droppedEdges(x?.shape.slice(1, rank + 1) ?? [], windowsOf(options));
    },
  };
}

const finished = (g: Builder, sums: Value, call: ExpandCall): { readonly output: Value } => {
  const { bias } = call.weights;
  return { output: activate(g, bias === undefined ? sums : g.add(sums, bias), call) };
};

/** The shared part of DepthwiseConv1D and DepthwiseConv2D. */
export function depthwiseConvolution(rank: number) {
  const features = (x: TensorType, options: OptionRecord): Size =>
    multiplySizes(channelsOf(x, rank), numberOf(options, "depth_multiplier"));
  const options: Readonly<Record<string, OptionDef>> = {
    ...windowOptions(rank, ["valid", "same"]),
    depth_multiplier: multiplierOption,
    activation: activationOption,
    use_bias: useBias,
    depthwise_initializer: initializer("the kernel"),
    bias_initializer: biasInitializer,
  };
  return {
    ...common(rank, features),
    options,
    positional: ["kernel_size", "activation"],
    output: spatialShape(rank, "c * depth_multiplier", "'"),
    weights([x]: readonly TensorType[], options: OptionRecord): readonly WeightDef[] {
      const size = x === undefined ? 1 : features(x, options);
      return [eachKernel("kernel", x, rank, options), ...biasOf(size, options)];
    },
    expand(g: Builder, call: ExpandCall): { readonly output: Value } {
      const [x] = call.inputs;
      const { kernel } = call.weights;
      if (x === undefined || kernel === undefined)
        throw new CompilerBug("a depthwise convolution needs input and kernel");
      return finished(g, convolveEach(g, x, kernel, windowsOf(call.options)), call);
    },
  };
}

/** The shared part of SeparableConv1D and SeparableConv2D. */
export function separableConvolution(rank: number) {
  const options: Readonly<Record<string, OptionDef>> = {
    filters: filtersOption,
    ...windowOptions(rank, ["valid", "same"]),
    depth_multiplier: { ...multiplierOption, doc: "The number of features that each channel makes before they mix." },
    activation: activationOption,
    use_bias: useBias,
    depthwise_initializer: initializer("`depthwise_kernel`"),
    pointwise_initializer: initializer("`pointwise_kernel`"),
    bias_initializer: biasInitializer,
  };
  return {
    ...common(rank, (_, options) => numberOf(options, "filters")),
    options,
    positional: ["filters", "kernel_size", "activation"],
    output: spatialShape(rank, "filters", "'"),
    weights([x]: readonly TensorType[], options: OptionRecord): readonly WeightDef[] {
      const filters = numberOf(options, "filters");
      const features = multiplySizes(channelsOf(x, rank), numberOf(options, "depth_multiplier"));
      return [
        eachKernel("depthwise_kernel", x, rank, options),
        {
          name: "pointwise_kernel",
          shape: [...Array.from({ length: rank }, () => 1), features, filters],
          initializer: use(options, "pointwise_initializer"),
          trainable: true,
        },
        ...biasOf(filters, options),
      ];
    },
    expand(g: Builder, call: ExpandCall): { readonly output: Value } {
      const [x] = call.inputs;
      const { depthwise_kernel, pointwise_kernel } = call.weights;
      if (x === undefined || depthwise_kernel === undefined || pointwise_kernel === undefined)
        throw new CompilerBug("a separable convolution needs input and kernels");
      const each = convolveEach(g, x, depthwise_kernel, windowsOf(call.options));
      const mixing = g.reshape(pointwise_kernel, pointwise_kernel.type.shape.slice(rank));
      return finished(g, g.dot(each, mixing), call);
    },
  };
}
