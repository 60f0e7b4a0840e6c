import type { OptionRecord } from "../../ir/graph.ts";
import type { TensorType } from "../../ir/types.ts";
import { bad, type Checked, defineFunction, ok, type ShapeProblem } from "../definition.ts";
import { functionInput, functionValue } from "../elementwise.ts";
import { openSize } from "../moving.ts";
import { flag, flagOption, maybeNumbers, numberOf } from "../options.ts";
import { andThen, innerShape, twoAlike } from "../shape.ts";
import { shortTransforms } from "../spectrum.ts";
import { windowOf } from "../windows.ts";

const padding = (options: OptionRecord): number =>
  flag(options, "center") ? Math.floor(numberOf(options, "fft_length") / 2) : 0;

/** The numbers of the window; undefined for none. */
function windowFor(options: OptionRecord): readonly number[] | undefined {
  const { window } = options;
  return typeof window === "string"
    ? windowOf(window, numberOf(options, "sequence_length"), true)
    : maybeNumbers(options, "window");
}

function optionsProblem(x: TensorType, options: OptionRecord): ShapeProblem | undefined {
  const [length, whole] = [numberOf(options, "sequence_length"), numberOf(options, "fft_length")];
  const wrong = (option: string, message: string): ShapeProblem => ({ problem: "option", option, message });
  if (whole < length) return wrong("fft_length", `it must be at least ${length}, the length of a sequence`);
  const count = windowFor(options)?.length ?? length;
  if (count !== length) return wrong("window", `it has ${count} numbers for a sequence of ${length}`);
  return Number(x.shape.at(-1)) > padding(options)
    ? undefined
    : wrong("center", `the last axis has too few elements to mirror ${padding(options)} at both ends`);
}

function typeOf(inputs: readonly TensorType[], options: OptionRecord): Checked<TensorType> {
  return andThen(functionInput(inputs), (x) => {
    if (innerShape(x).length === 0) return bad({ problem: "rank", input: 0, expected: [1], expectedText: "[..., n]" });
    const open = openSize(x);
    if (open !== undefined) return open;
    const problem = optionsProblem(x, options);
    if (problem !== undefined) return bad(problem);
    const whole = numberOf(options, "fft_length");
    const axis = x.shape.length - 1;
    const size = Number(x.shape[axis]) + 2 * padding(options);
    const count = Math.floor((size - whole) / numberOf(options, "sequence_stride")) + 1;
    if (count < 1) return bad({ problem: "vanishes", axis, size, window: whole, result: count });
    return ok({ dtype: "f32", shape: [...x.shape.slice(0, -1), count, Math.floor(whole / 2) + 1] });
  });
}

export const stft = defineFunction({
  name: "stft",
  summary:
    "The Fourier transforms of short sequences along the last axis: two results, the real and the imaginary part.",
  inputs: [{ name: "x", shape: "[..., n]" }],
  output: "[..., sequences, fft_length / 2 + 1], [..., sequences, fft_length / 2 + 1]",
  options: {
    sequence_length: { type: { kind: "int", min: 1 }, required: true, doc: "The length of a sequence." },
    sequence_stride: { type: { kind: "int", min: 1 }, required: true, doc: "The distance from one to the next." },
    fft_length: {
      type: { kind: "int", min: 1 },
      required: true,
      doc: "The length of the transform; what it exceeds the window by is 0 at both ends.",
    },
    window: {
      type: { kind: "numbers", words: ["hann", "hamming"] },
      optional: true,
      default: "hann",
      doc: "What sequences are multiplied by: a periodic window, or a number for each place; with `none` they stay whole.",
    },
    center: flagOption(true, "Whether mirrored elements at both ends put sequence t around place t × stride."),
  },
  positional: ["sequence_length", "sequence_stride", "fft_length", "window", "center"],
  ...twoAlike(typeOf),
  expand(g, call) {
    const { options } = call;
    const x = functionValue(g, call);
    const made = shortTransforms(g, x, {
      length: numberOf(options, "sequence_length"),
      stride: numberOf(options, "sequence_stride"),
      whole: numberOf(options, "fft_length"),
      window: windowFor(options),
      mirror: padding(options),
    });
    return { output: made.real, more: [made.imaginary] };
  },
  examples: [
    { nn: "stft(4, 2, 4)", type: "f32[2, 9] -> f32[2, 5, 3], f32[2, 5, 3]" },
    { nn: "stft(3, 2, 5, window: [0.5, 1, 0.25], center: false)", type: "f32[9] -> f32[3, 3], f32[3, 3]" },
  ],
  source: "https://keras.io/api/ops/math/#stft-function",
});
