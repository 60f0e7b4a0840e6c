import type { Builder, Value } from "../../ir/builder.ts";
import type { OptionRecord } from "../../ir/graph.ts";
import { type TensorType, tensor } from "../../ir/types.ts";
import { bad, type Checked, defineLayer, ok, type ShapeProblem } from "../definition.ts";
import { inputOf } from "../layer.ts";
import { flag, flagOption, maybeNumber, numberOf, numberOption, textOf } from "../options.ts";
import { andThen, oneInput } from "../shape.ts";
import { shortTransforms } from "../spectrum.ts";
import { windowNames, windowOf } from "../windows.ts";

const lengthOf = (options: OptionRecord): number =>
  maybeNumber(options, "sequence_length") ?? numberOf(options, "fft_length");
const highest = (options: OptionRecord): number =>
  maybeNumber(options, "max_freq") ?? Math.floor(numberOf(options, "sampling_rate") / 2);

/** The pitch of a frequency in mel. */
const mel = (hertz: number): number => 1127 * Math.log(1 + hertz / 700);

/** The share of each frequency in each mel band: triangles that meet, row by row `[frequencies, bands]`. */
function triangles(frequencies: number, options: OptionRecord): readonly number[] {
  const bands = numberOf(options, "num_mel_bins");
  const [low, high] = [mel(numberOf(options, "min_freq")), mel(highest(options))];
  const edge = (i: number): number => low + ((high - low) * i) / (bands + 1);
  const nyquist = numberOf(options, "sampling_rate") / 2;
  return Array.from({ length: frequencies }, (_, i) => {
    const pitch = mel((nyquist * i) / Math.max(frequencies - 1, 1));
    return Array.from({ length: bands }, (__, band) => {
      const [before, centre, after] = [edge(band), edge(band + 1), edge(band + 2)];
      const height = Math.min((pitch - before) / (centre - before), (after - pitch) / (after - centre));
      // The mean of a signal is in no band.
      return i === 0 ? 0 : Math.max(0, height);
    });
  }).flat();
}

/** Decibels above a power; what lies more than `top_db` below the loudest of the sample is raised to that. */
function decibels(g: Builder, power: Value, options: OptionRecord): Value {
  const least = numberOf(options, "min_power");
  const ten = 10 / Math.LN10;
  const zero = ten * Math.log(Math.max(Math.abs(numberOf(options, "ref_power")), least));
  const loud = g.sub(g.mul(g.map("log", g.map("max", power, least)), ten), zero);
  const axes = power.type.shape.map((_, axis) => axis).slice(1);
  return g.map("max", loud, g.sub(g.max(loud, axes, true), numberOf(options, "top_db")));
}

function optionsProblem(samples: number, options: OptionRecord): ShapeProblem | undefined {
  const wrong = (option: string, message: string): ShapeProblem => ({ problem: "option", option, message });
  const [length, whole] = [lengthOf(options), numberOf(options, "fft_length")];
  if (whole < length) return wrong("fft_length", `it must be at least ${length}, the length of a sequence`);
  if (highest(options) <= numberOf(options, "min_freq"))
    return wrong("max_freq", "it must be above the lowest frequency");
  const mirror = Math.floor(whole / 2);
  return samples > mirror
    ? undefined
    : wrong("fft_length", `the signal has ${samples} elements, too few to mirror ${mirror} at both ends`);
}

function typeOf(x: TensorType, options: OptionRecord): Checked<TensorType> {
  const samples = x.shape.at(-1);
  const whole = numberOf(options, "fft_length");
  const axis = x.shape.length - 1;
  if (typeof samples !== "number")
    return bad({ problem: "vanishes", axis, size: samples ?? 1, window: whole, result: 0 });
  const problem = optionsProblem(samples, options);
  if (problem !== undefined) return bad(problem);
  const count = Math.floor((samples + 2 * Math.floor(whole / 2) - whole) / numberOf(options, "sequence_stride")) + 1;
  return ok({ dtype: "f32", shape: [...x.shape.slice(0, -1), numberOf(options, "num_mel_bins"), count] });
}

export const melSpectrogram = defineLayer({
  name: "MelSpectrogram",
  summary: "The power of a signal over time in bands of pitch, in decibels.",
  inputs: [{ name: "x", shape: "[..., time]" }],
  output: "[..., num_mel_bins, frames]",
  options: {
    fft_length: { type: { kind: "int", min: 1 }, default: 2048, doc: "The length of a transform." },
    sequence_stride: { type: { kind: "int", min: 1 }, default: 512, doc: "The distance from one to the next." },
    sequence_length: {
      type: { kind: "int", min: 1 },
      optional: true,
      default: undefined,
      doc: "The length of what is transformed; by default that of the transform.",
    },
    window: {
      type: { kind: "choice", values: [...windowNames, "none"] },
      default: "hann",
      doc: "What it is multiplied by: a periodic window, under SciPy's name; with `none` it stays whole.",
    },
    sampling_rate: { type: { kind: "int", min: 2 }, default: 16_000, doc: "The number of elements in a second." },
    num_mel_bins: { type: { kind: "int", min: 1 }, default: 128, doc: "The number of bands." },
    min_freq: numberOption(20, "The lowest frequency, in Hertz.", { min: 0 }),
    max_freq: {
      type: { kind: "float", min: 0 },
      optional: true,
      default: undefined,
      doc: "The highest one; by default half of the sampling rate.",
    },
    power_to_db: flagOption(true, "Whether to take decibels of the power."),
    top_db: numberOption(80, "The decibels below the loudest power of a sample that count.", { min: 0 }),
    mag_exp: numberOption(2, "The exponent of the size: 2 for power, 1 for the size itself.", { min: 0 }),
    min_power: numberOption(1e-10, "The least power.", { min: 0 }),
    ref_power: numberOption(1, "The power of 0 decibels."),
  },
  positional: ["fft_length", "sequence_stride"],
  shape: (inputs, options) => andThen(oneInput(inputs, { atLeast: 1, text: "[..., time]" }), (x) => typeOf(x, options)),
  expand(g, call) {
    const { options } = call;
    const whole = numberOf(options, "fft_length");
    const length = lengthOf(options);
    const name = textOf(options, "window");
    const window = name === "none" ? undefined : windowOf(name, length, true);
    const how = { length, whole, window, stride: numberOf(options, "sequence_stride"), mirror: Math.floor(whole / 2) };
    const { real, imaginary } = shortTransforms(g, inputOf(call), how);
    const squares = g.add(g.map("square", real), g.map("square", imaginary));
    const exponent = numberOf(options, "mag_exp");
    const power = exponent === 2 ? squares : g.map("pow", squares, exponent / 2);
    const frequencies = Math.floor(whole / 2) + 1;
    const shares = g.constant(
      triangles(frequencies, options),
      tensor("f32", frequencies, numberOf(options, "num_mel_bins")),
    );
    const bands = g.dot(power, shares);
    const made = flag(options, "power_to_db") ? decibels(g, bands, options) : bands;
    const rank = made.type.shape.length;
    const order = made.type.shape.map((_, axis) => axis);
    return { output: g.transpose(made, [...order.slice(0, -2), rank - 1, rank - 2]) };
  },
  examples: [
    {
      nn: "MelSpectrogram(8, 4, sampling_rate: 800, num_mel_bins: 3, power_to_db: false)",
      type: "f32[17] -> f32[3, 5]",
    },
    { nn: "MelSpectrogram(8, 4, sampling_rate: 800, num_mel_bins: 2, top_db: 20)", type: "f32[2, 12] -> f32[2, 2, 4]" },
  ],
  source: "https://keras.io/api/layers/preprocessing_layers/audio_preprocessing/mel_spectrogram/",
});
