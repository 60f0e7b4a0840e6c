// The layers of transposed convolutions of any rank: their options, weights and types.

import { CompilerBug } from "../base/compilerBug.ts";
import type { Builder, Value } from "../ir/builder.ts";
import type { OptionRecord } from "../ir/graph.ts";
import type { TensorType } from "../ir/types.ts";
import { activate, activatedType } from "./activation.ts";
import { filtersOption, windowOptions, windowsOf } from "./convolution.ts";
import { convolveTransposed } from "./convolve.ts";
import type { Checked, ExpandCall, OptionDef, WeightDef } from "./definition.ts";
import {
  activationOption,
  biasInitializer,
  flag,
  integers,
  kernelInitializer,
  maybeIntegers,
  numberOf,
  use,
  useBias,
} from "./options.ts";
import { andThen, oneInput } from "./shape.ts";
import { spatialShape, spreadSizes } from "./sliding.ts";

function transposedOptions(rank: number): Readonly<Record<string, OptionDef>> {
  const window = windowOptions(rank, ["valid", "same"]);
  return {
    filters: filtersOption,
    ...window,
    strides: { ...window.strides, doc: "How many elements of the result one step in the input makes." },
    padding: {
      ...window.padding,
      doc: "`valid` keeps all that the windows reach. `same` cuts both ends, so that each axis is `strides` times as long.",
    },
    output_padding: {
      type: { kind: "size", rank, min: 0 },
      optional: true,
      default: undefined,
      doc: "Elements to add at the end of each axis, fewer than the stride. With `same` an axis of n elements then has `(n - 1) * stride + kernel_size % 2 + output_padding`. By default the axis is long enough for each stride.",
    },
    activation: activationOption,
    use_bias: useBias,
    kernel_initializer: kernelInitializer,
    bias_initializer: biasInitializer,
  };
}

/** The shared part of Conv1DTranspose, Conv2DTranspose and Conv3DTranspose. */
export function transposedConvolution(rank: number) {
  return {
    options: transposedOptions(rank),
    positional: ["filters", "kernel_size", "activation"],
    nature: "weighs" as const,
    inputs: [{ name: "x", shape: spatialShape(rank, "c") }],
    output: spatialShape(rank, "filters", "'"),
    weights([x]: readonly TensorType[], options: OptionRecord): readonly WeightDef[] {
      const filters = numberOf(options, "filters");
      const kernel: WeightDef = {
        name: "kernel",
        shape: [...integers(options, "kernel_size"), filters, x?.shape[rank + 1] ?? 1],
        initializer: use(options, "kernel_initializer"),
        trainable: true,
      };
      if (!flag(options, "use_bias")) return [kernel];
      const initializer = use(options, "bias_initializer");
      return [kernel, { name: "bias", shape: [filters], initializer, trainable: true }];
    },
    shape(inputs: readonly TensorType[], options: OptionRecord): Checked<TensorType> {
      return andThen(oneInput(inputs, { rank: rank + 1, text: spatialShape(rank, "c") }), (x) =>
        andThen(
          spreadSizes(x.shape.slice(1, rank + 1), windowsOf(options), maybeIntegers(options, "output_padding")),
          (spatial) =>
            activatedType(
              { dtype: "f32", shape: [x.shape[0] ?? 1, ...spatial, numberOf(options, "filters")] },
              options,
            ),
        ),
      );
    },
    expand(g: Builder, call: ExpandCall): { readonly output: Value } {
      const [x] = call.inputs;
      const { kernel, bias } = call.weights;
      if (x === undefined || kernel === undefined)
        throw new CompilerBug("a transposed convolution needs input and kernel");
      const outer = spreadSizes(
        x.type.shape.slice(1, rank + 1),
        windowsOf(call.options),
        maybeIntegers(call.options, "output_padding"),
      );
      if ("bad" in outer) throw new CompilerBug("a transposed convolution without a result");
      const sums = convolveTransposed(g, x, kernel, windowsOf(call.options), outer.ok);
      return { output: activate(g, bias === undefined ? sums : g.add(sums, bias), call) };
    },
  };
}
