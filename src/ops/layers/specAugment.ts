import type { Builder, Value } from "../../ir/builder.ts";
import { defineLayer, type OptionDef } from "../definition.ts";
import { type Draws, drawsOf, perRow, seedOption } from "../draws.ts";
import { inputOf } from "../layer.ts";
import { numberOf } from "../options.ts";
import { HEIGHT, pictures, WIDTH } from "../pictures.ts";
import { known } from "../shape.ts";

/** Which places of an axis lie in a mask of a random width below `most`, at a random place: bool, one row a sample. */
function maskedPlaces(g: Builder, x: Value, axis: number, most: number, draws: Draws): Value {
  const [batch = 1] = x.type.shape;
  const size = known(x.type.shape[axis]);
  const width = g.map("floor", g.mul(draws.unit("width"), Math.min(most, size)));
  const start = g.map("floor", g.mul(draws.unit("start"), g.sub(size, width)));
  const place = g.cast(g.iota({ dtype: "i32", shape: [batch, size] }, 1), "f32");
  return g.map("and", g.map("ge", place, perRow(g, start, 2)), g.map("lt", place, perRow(g, g.add(start, width), 2)));
}

const countOption = (doc: string): OptionDef => ({ type: { kind: "int", min: 0, max: 100 }, required: true, doc });
const widthOption = (doc: string): OptionDef => ({ type: { kind: "int", min: 1 }, required: true, doc });

export const specAugment = defineLayer({
  name: "SpecAugment",
  summary: "While training, hides bands of pitch and stretches of time of a spectrogram, drawn at random.",
  inputs: [{ name: "x", shape: "[bands, frames] or [bands, frames, c]" }],
  output: "[bands, frames] or [bands, frames, c]",
  options: {
    n_time_masks: countOption("How many stretches of time are hidden."),
    time_mask_param: widthOption("A stretch is shorter than so many frames; its length is drawn, from 0."),
    n_freq_masks: countOption("How many bands are hidden."),
    freq_mask_param: widthOption("A band is narrower than so many rows; its width is drawn, from 0."),
    p: {
      type: { kind: "float", min: 0, max: 1 },
      default: 1,
      doc: "The largest share of all frames that a stretch of time hides.",
    },
    zero_masking: {
      type: { kind: "bool" },
      default: false,
      doc: "Whether 0 stands there; by default the mean of the spectrogram. In decibels 0 is the loudest.",
    },
    seed: seedOption,
  },
  positional: ["n_time_masks", "time_mask_param", "n_freq_masks", "freq_mask_param"],
  trainingDiffers: true,
  shape: (inputs) => pictures(inputs, ["f32"]),
  expand(g, call) {
    const x = inputOf(call);
    if (!call.training) return { output: x };
    const { options } = call;
    const { shape } = x.type;
    const [batch = 1] = shape;
    const draws = drawsOf(g, call, "SpecAugment");
    const longest = Math.floor(numberOf(options, "p") * known(shape[WIDTH]));
    const kinds = [
      { axis: WIDTH, name: "time", most: Math.min(numberOf(options, "time_mask_param"), longest) },
      { axis: HEIGHT, name: "freq", most: numberOf(options, "freq_mask_param") },
    ];
    const axes = shape.map((_, axis) => axis).slice(1);
    const filling = options.zero_masking === true ? g.constant(0, x.type) : g.broadcastTo(g.mean(x, axes, true), shape);
    const output = kinds.reduce((made, { axis, name, most }) => {
      const masks = Array.from({ length: numberOf(options, `n_${name}_masks`) }, (_, i) =>
        maskedPlaces(g, x, axis, most, draws.part(`${name} ${i}`)),
      );
      const [first, ...more] = masks;
      if (first === undefined) return made;
      const hidden = more.reduce((all, mask) => g.map("or", all, mask), first);
      const along = [batch, ...shape.slice(1).map((size, i) => (i + 1 === axis ? size : 1))];
      return g.select(g.broadcastTo(g.reshape(hidden, along), shape), filling, made);
    }, x);
    return { output };
  },
  examples: [
    { nn: "SpecAugment(2, 4, 1, 3)", type: "f32[6, 9] -> f32[6, 9]" },
    { nn: "SpecAugment(1, 5, 2, 2, p: 0.5, zero_masking: true, seed: 1)", type: "f32[5, 7, 2] -> f32[5, 7, 2]" },
  ],
  source:
    "Park et al. 2019, SpecAugment; options of torchaudio's SpecAugment, https://docs.pytorch.org/audio/stable/generated/torchaudio.transforms.SpecAugment.html",
});
