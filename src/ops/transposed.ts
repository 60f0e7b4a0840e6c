// Writes a transposed convolution of any rank as one `contract` that scatters: the gradient of a convolution by its input.
// The pass `gather` turns it.

import { CompilerBug } from "../base/compilerBug.ts";
import type { Builder, Value } from "../ir/builder.ts";
import type { Address, OptionRecord } from "../ir/graph.ts";
import { addSizes, multiplySizes, type Size } from "../ir/size.ts";
import type { TensorType } from "../ir/types.ts";
import { activate, activatedType } from "./activation.ts";
import {
  filtersOption,
  reach,
  type Sliding,
  spatialNames,
  spatialShape,
  windowOptions,
  windowsOf,
} from "./convolution.ts";
import { bad, type Checked, type ExpandCall, type OptionDef, ok, type WeightDef } from "./definition.ts";
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
import { andThen, known, oneInput } from "./shape.ts";

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

/** Counts the elements of the result along an axis of `size` elements. `extra` is the output padding, if it is set. */
function spreadSize(size: Size, window: Sliding, extra: number | undefined): Size {
  const length = reach(window);
  if (window.padding === "same" && extra === undefined) return multiplySizes(size, window.stride);
  const end = window.padding === "same" ? length % 2 : length;
  const added = extra ?? Math.max(0, window.stride - length);
  return addSizes(multiplySizes(addSizes(size, -1), window.stride), end + added);
}

/** Returns the spatial sizes of the result; there may be none if `same` cuts more than a single element gives. */
function spreadSizes(spatial: readonly Size[], options: OptionRecord): Checked<readonly Size[]> {
  const windows = windowsOf(options);
  const extra = maybeIntegers(options, "output_padding");
  const sizes: Size[] = [];
  for (const [i, window] of windows.entries()) {
    const added = extra?.[i];
    if (added !== undefined && added >= window.stride)
      return bad({
        problem: "option",
        option: "output_padding",
        message: `it must be less than the stride, but ${added} is not less than ${window.stride}`,
      });
    const size = spatial[i] ?? 1;
    const result = spreadSize(size, window, added);
    if (typeof result === "number" && result <= 0)
      return bad({ problem: "vanishes", axis: i + 1, size, window: reach(window), result });
    sizes.push(result);
  }
  return ok(sizes);
}

/** `out[b, s·y + d·ky - p, …, f] += in[b, y, …, c] · kernel[ky, …, f, c]`. */
export function convolveTransposed(
  g: Builder,
  x: Value,
  kernel: Value,
  windows: readonly Sliding[],
  outer: readonly Size[],
): Value {
  const rank = windows.length;
  const names = spatialNames(rank);
  const spatial = x.type.shape.slice(1, rank + 1);
  const channels = known(x.type.shape[rank + 1]);
  const filters = known(kernel.type.shape[rank]);
  const batch = x.type.shape[0] ?? 1;
  const at = (strides: Readonly<Record<string, number>>, offset = 0): Address => ({ offset, strides });
  const write = windows.map((window, i) => {
    // Half of what the windows reach beyond the result is cut off in front.
    const whole = (known(spatial[i]) - 1) * window.stride + reach(window);
    const before = window.padding === "same" ? Math.max(0, Math.floor((whole - known(outer[i])) / 2)) : 0;
    const name = names[i] ?? "";
    return at({ [name]: window.stride, [`k${name}`]: window.dilation }, before === 0 ? 0 : -before);
  });
  return g.contract({
    loops: [
      { name: "b", extent: batch },
      ...names.map((name, i) => ({ name, extent: spatial[i] ?? 1 })),
      { name: "f", extent: filters },
      ...windows.map((window, i) => ({ name: `k${names[i]}`, extent: window.size })),
      { name: "c", extent: channels },
    ],
    shape: [batch, ...outer, filters],
    out: [at({ b: 1 }), ...write, at({ f: 1 })],
    lhs: x,
    left: [at({ b: 1 }), ...names.map((name) => at({ [name]: 1 })), at({ c: 1 })],
    rhs: kernel,
    right: [...names.map((name) => at({ [`k${name}`]: 1 })), at({ f: 1 }), at({ c: 1 })],
  });
}

/** The shared part of Conv1DTranspose, Conv2DTranspose and Conv3DTranspose. */
export function transposedConvolution(rank: number) {
  return {
    options: transposedOptions(rank),
    positional: ["filters", "kernel_size", "activation"],
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
        andThen(spreadSizes(x.shape.slice(1, rank + 1), options), (spatial) =>
          activatedType({ dtype: "f32", shape: [x.shape[0] ?? 1, ...spatial, numberOf(options, "filters")] }, options),
        ),
      );
    },
    expand(g: Builder, call: ExpandCall): { readonly output: Value } {
      const [x] = call.inputs;
      const { kernel, bias } = call.weights;
      if (x === undefined || kernel === undefined)
        throw new CompilerBug("a transposed convolution needs input and kernel");
      const outer = spreadSizes(x.type.shape.slice(1, rank + 1), call.options);
      if ("bad" in outer) throw new CompilerBug("a transposed convolution without a result");
      const sums = convolveTransposed(g, x, kernel, windowsOf(call.options), outer.ok);
      return { output: activate(g, bias === undefined ? sums : g.add(sums, bias), call) };
    },
  };
}
