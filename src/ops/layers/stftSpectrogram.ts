import type { Builder, Value } from "../../ir/builder.ts";
import type { OptionRecord } from "../../ir/graph.ts";
import type { TensorType } from "../../ir/types.ts";
import { angle } from "../angle.ts";
import { bad, type Checked, defineLayer, ok, type ShapeProblem } from "../definition.ts";
import { inputOf } from "../layer.ts";
import { flag, flagOption, maybeNumber, numberOf, textOf } from "../options.ts";
import { andThen, known, oneInput } from "../shape.ts";
import { waves } from "../waves.ts";
import { windowNames } from "../windows.ts";

const modes = ["log", "magnitude", "psd", "real", "imag", "angle", "stft"];
/** Keras's epsilon: the least power. */
const EPSILON = 1e-7;

interface Frames {
  readonly length: number;
  readonly step: number;
  readonly bands: number;
}
function framesOf(options: OptionRecord): Frames {
  const length = numberOf(options, "frame_length");
  const step = maybeNumber(options, "frame_step") ?? Math.max(Math.floor(length / 2), 1);
  const whole = maybeNumber(options, "fft_length") ?? 2 ** Math.ceil(Math.log2(length));
  return { length, step, bands: Math.floor(whole / 2) + 1 };
}

function optionsProblem(options: OptionRecord): ShapeProblem | undefined {
  const { length, step } = framesOf(options);
  const wrong = (option: string, message: string): ShapeProblem => ({ problem: "option", option, message });
  if (step > length) return wrong("frame_step", `it must be at most ${length}, the length of a frame`);
  const whole = maybeNumber(options, "fft_length") ?? length;
  return whole < length ? wrong("fft_length", `it must be at least ${length}, the length of a frame`) : undefined;
}

/** The number of frames, and the zeros before the first one. */
function placesOf(samples: number, options: OptionRecord): { readonly count: number; readonly before: number } {
  const { length, step } = framesOf(options);
  if (textOf(options, "padding") === "valid") return { count: Math.floor((samples - length) / step) + 1, before: 0 };
  const count = Math.ceil(samples / step);
  return { count, before: Math.floor(Math.max((count - 1) * step + length - samples, 0) / 2) };
}

/** One side of the transforms of all frames: `[batch, frames, channels, bands]`. */
function sideOf(g: Builder, x: Value, side: string, options: OptionRecord): Value {
  const { length, step, bands } = framesOf(options);
  const [batch = 1, samples, channels = 1] = x.type.shape;
  const { count, before } = placesOf(known(samples), options);
  const at = (name: string) => ({ offset: 0, strides: { [name]: 1 } });
  return g.contract({
    loops: [
      { name: "n", extent: batch },
      { name: "t", extent: count },
      { name: "c", extent: channels },
      { name: "f", extent: bands },
      { name: "k", extent: length },
    ],
    shape: [batch, count, channels, bands],
    out: ["n", "t", "c", "f"].map(at),
    lhs: x,
    left: [at("n"), { offset: before === 0 ? 0 : -before, strides: { t: step, k: 1 } }, at("c")],
    rhs: waves(g, side, length, bands, options),
    right: [at("k"), at("f")],
  });
}

/** Every band twice but the first and the last: a real signal has each of them at a negative frequency, too. */
function bothSides(g: Builder, power: Value): Value {
  const bands = known(power.type.shape[3]);
  if (bands < 3) return power;
  const middle = g.slice(power, [0, 0, 0, 1], power.type.shape.with(3, bands - 2));
  return g.add(power, g.pad(middle, [0, 0, 0, 1], [0, 0, 0, 1]));
}

function spectrum(g: Builder, x: Value, mode: string, options: OptionRecord): Value {
  const side = (name: string): Value => sideOf(g, x, name, options);
  if (mode === "real" || mode === "imag") return side(mode);
  const [real, imaginary] = [side("real"), side("imag")];
  if (mode === "angle") return angle(g, imaginary, real);
  if (mode === "stft") return g.concat([real, imaginary], 3);
  const power = g.add(g.map("square", real), g.map("square", imaginary));
  if (mode === "psd") return bothSides(g, power);
  const size = g.map("sqrt", g.map("max", power, EPSILON));
  return mode === "magnitude" ? size : g.map("log", g.map("max", size, EPSILON));
}

function typeOf(x: TensorType, options: OptionRecord): Checked<TensorType> {
  const problem = optionsProblem(options);
  if (problem !== undefined) return bad(problem);
  const [batch = 1, samples, channels = 1] = x.shape;
  const { length, bands } = framesOf(options);
  if (typeof samples !== "number" || typeof channels !== "number")
    return bad({ problem: "vanishes", axis: 1, size: samples ?? 1, window: length, result: 0 });
  const { count } = placesOf(samples, options);
  if (count < 1) return bad({ problem: "vanishes", axis: 1, size: samples, window: length, result: count });
  const whole = textOf(options, "mode") === "stft" ? 2 * bands : bands;
  const own = flag(options, "expand_dims") ? [whole, channels] : [channels * whole];
  return ok({ dtype: "f32", shape: [batch, count, ...own] });
}

export const stftSpectrogram = defineLayer({
  name: "STFTSpectrogram",
  elsewhere: ["Spectrogram"],
  summary: "The frequencies of a signal over time: the Fourier transforms of its frames.",
  inputs: [{ name: "x", shape: "[time, channels]" }],
  output: "[frames, channels * bands]",
  options: {
    mode: {
      type: { kind: "choice", values: modes },
      default: "log",
      doc: "The logarithm of each frequency's size, the size, its power, both sides (`stft`), one of them, or the angle.",
    },
    frame_length: { type: { kind: "int", min: 1 }, default: 256, doc: "The length of a frame." },
    frame_step: {
      type: { kind: "int", min: 1 },
      optional: true,
      default: undefined,
      doc: "The distance from one frame to the next; by default half a frame.",
    },
    fft_length: {
      type: { kind: "int", min: 2 },
      optional: true,
      default: undefined,
      doc: "The length of the transform; by default the next power of 2.",
    },
    window: {
      type: { kind: "choice", values: [...windowNames, "none"] },
      default: "hann",
      doc: "What frames are multiplied by, under SciPy's name; with `none` they stay whole.",
    },
    periodic: flagOption(false, "Whether the window goes on periodically."),
    scaling: {
      type: { kind: "choice", values: ["density", "spectrum", "none"] },
      default: "density",
      doc: "Divides by the length of the window, or by the sum of its sizes.",
    },
    padding: {
      type: { kind: "choice", values: ["valid", "same"] },
      default: "valid",
      doc: "`same` puts zeros around the signal, so that each step has a frame.",
    },
    expand_dims: flagOption(false, "Whether frequencies and channels have an axis each: `[frames, bands, channels]`."),
  },
  positional: ["mode", "frame_length", "frame_step"],
  shape: (inputs, options) =>
    andThen(oneInput(inputs, { rank: 2, text: "[time, channels]" }), (x) => typeOf(x, options)),
  expand(g, call) {
    const { options } = call;
    const x = inputOf(call);
    const made = spectrum(g, x, textOf(options, "mode"), options);
    const [batch = 1, count = 1, channels, bands] = made.type.shape;
    if (flag(options, "expand_dims")) return { output: g.transpose(made, [0, 1, 3, 2]) };
    return { output: g.reshape(made, [batch, count, known(channels) * known(bands)]) };
  },
  examples: [
    { nn: "STFTSpectrogram(frame_length: 4)", type: "f32[10, 2] -> f32[4, 6]" },
    { nn: "STFTSpectrogram(psd, 4, 3, padding: same, expand_dims: true)", type: "f32[10, 2] -> f32[4, 3, 2]" },
    { nn: "STFTSpectrogram(stft, 3, 2, fft_length: 4, window: none)", type: "f32[7, 1] -> f32[3, 6]" },
    { nn: "STFTSpectrogram(magnitude, 4, scaling: spectrum, periodic: true)", type: "f32[8, 1] -> f32[3, 3]" },
  ],
  source: "https://keras.io/api/layers/preprocessing_layers/audio_preprocessing/stft_spectrogram/",
});
