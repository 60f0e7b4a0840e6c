// Convolutions whose kernel is a value of the program: the functions `conv`, `depthwise_conv` and `conv_transpose`.

import { CompilerBug } from "../base/compilerBug.ts";
import type { Builder, Value } from "../ir/builder.ts";
import type { OptionRecord } from "../ir/graph.ts";
import type { Size } from "../ir/size.ts";
import { type TensorType, tensor } from "../ir/types.ts";
import { bad, type Checked, type ExpandCall, type OptionDef, ok } from "./definition.ts";
import { counted, countedValue } from "./elementwise.ts";
import { numbers, textOf } from "./options.ts";
import { andThen, dtypeProblem, innerShape, isBatched } from "./shape.ts";
import { type Sliding, slide } from "./sliding.ts";

/** One window: its input as a batch of images, its kernel, and how the kernel moves. */
export interface Windowed {
  readonly x: TensorType;
  readonly kernel: TensorType;
  readonly windows: readonly Sliding[];
  readonly options: OptionRecord;
}

const perAxis = (doc: string): OptionDef => ({
  type: { kind: "numbers", single: true, whole: true, min: 1 },
  default: 1,
  doc: `${doc} One number for all axes, or one for each.`,
});
export const kernelOptions = {
  strides: perAxis("How far the window moves at each step."),
  padding: {
    type: { kind: "choice", values: ["valid", "same"] },
    default: "valid",
    doc: "`same` pads with zeros, the smaller half first; `valid` does not pad.",
  },
  dilation_rate: perAxis("The distance between taps of the kernel."),
} satisfies Readonly<Record<string, OptionDef>>;

/** A value without the batch is a batch of one. */
const asBatch = (x: TensorType): TensorType => (isBatched(x) ? x : { ...x, shape: [1, ...x.shape] });

function windowed(inputs: readonly TensorType[], options: OptionRecord): Checked<Windowed> {
  const [x, kernel] = inputs.map(counted);
  if (x === undefined || kernel === undefined || inputs.length !== 2)
    return bad({ problem: "inputs", expected: "two", actual: inputs.length });
  const type = dtypeProblem([x, kernel], ["f32"]);
  if (type !== undefined) return bad(type);
  const rank = innerShape(x).length - 1;
  if (rank < 1 || rank > 3)
    return bad({
      problem: "rank",
      input: 0,
      expected: [2, 3, 4],
      expectedText: "[..., c] with one to three axes before c",
    });
  if (isBatched(kernel) || kernel.shape.length !== rank + 2)
    return bad({
      problem: "rank",
      input: 1,
      expected: [rank + 2],
      expectedText: "one kernel for all samples, [..., in, out]",
    });
  for (const name of ["strides", "dilation_rate"])
    if (![1, rank].includes(numbers(options, name).length))
      return bad({ problem: "option", option: name, message: `it must hold one number, or ${rank}` });
  const at = (name: string, i: number): number => numbers(options, name)[i] ?? numbers(options, name)[0] ?? 1;
  const padding = textOf(options, "padding") === "same" ? "same" : "valid";
  const windows = kernel.shape.slice(0, rank).map(
    (size, i): Sliding => ({
      size: Number(size),
      stride: at("strides", i),
      dilation: at("dilation_rate", i),
      padding,
    }),
  );
  return ok({ x: asBatch(x), kernel, windows, options });
}

interface Convolution {
  /** The channels that an input of `channels` makes; undefined if the kernel does not fit them. */
  channels(channels: Size, kernel: readonly number[]): number | undefined;
  /** The sizes of the axes of the result. */
  spatial?(call: Windowed): Checked<readonly Size[]>;
  compute(g: Builder, x: Value, kernel: Value, call: Windowed): Value;
}

/** The shared part of convolutions with a kernel that is a value. */
export function kernelFunction({ channels, compute, spatial }: Convolution) {
  const sizes = spatial ?? (({ x, windows }: Windowed) => slide(x.shape.slice(1, -1), windows));
  const whole = (call: Windowed): Checked<TensorType> =>
    andThen(sizes(call), (outer) => {
      const { x, kernel } = call;
      const last = kernel.shape.slice(-2).map(Number);
      const made = channels(x.shape.at(-1) ?? 1, last);
      if (made === undefined)
        return bad({ problem: "groups", groups: last[0] ?? 1, channels: x.shape.at(-1) ?? 1, what: "channels" });
      return ok(tensor("f32", x.shape[0] ?? 1, ...outer, made));
    });
  return {
    inputs: [
      { name: "inputs", shape: "[..., c]" },
      { name: "kernel", shape: "[..., in, out]", doc: "The same for all samples." },
    ],
    output: "[..., out]",
    positional: ["strides", "padding"],
    shape: (inputs: readonly TensorType[], options: OptionRecord): Checked<TensorType> =>
      andThen(windowed(inputs, options), (call) =>
        andThen(whole(call), (type) =>
          ok(inputs[0] !== undefined && isBatched(inputs[0]) ? type : { ...type, shape: type.shape.slice(1) }),
        ),
      ),
    expand(g: Builder, call: ExpandCall): { readonly output: Value } {
      const [x, kernel] = call.inputs.map((value) => countedValue(g, value));
      const read = windowed(
        call.inputs.map(({ type }) => type),
        call.options,
      );
      if (x === undefined || kernel === undefined || "bad" in read) throw new CompilerBug("a kernel that does not fit");
      const made = compute(g, g.reshape(x, read.ok.x.shape), kernel, read.ok);
      return { output: isBatched(x.type) ? made : g.reshape(made, made.type.shape.slice(1)) };
    },
  };
}
