import type { Builder, Value } from "../../ir/builder.ts";
import type { OptionRecord } from "../../ir/graph.ts";
import type { Size } from "../../ir/size.ts";
import { type TensorType, tensor } from "../../ir/types.ts";
import { clipped, rangeOf, rangeProblem, valueRangeOption } from "../colours.ts";
import { bad, type Checked, defineLayer } from "../definition.ts";
import {
  boundsOf,
  type Draws,
  drawsOf,
  factorWithDefault,
  pairProblem,
  perRow,
  seedOption,
  upTo,
  where,
} from "../draws.ts";
import { inputOf } from "../layer.ts";
import { maybeNumbers } from "../options.ts";
import { HEIGHT, pictureInputs, pictures, pictureText, WIDTH } from "../pictures.ts";
import { andThen, known } from "../shape.ts";

/** Whether the places of an axis lie in a part of random length and place: bool `[batch, h, w, …]`. */
function partOf(g: Builder, x: Value, axis: number, draws: Draws, options: OptionRecord): Value {
  const { shape } = x.type;
  const size = known(shape[axis]);
  const length = g.mul(g.map("sqrt", draws.between("scale", boundsOf(options, "scale", upTo(0)))), size);
  const start = g.mul(draws.unit("start"), g.sub(size, length));
  const place = g.cast(g.iota({ dtype: "i32", shape }, axis), "f32");
  const edge = (at: Value): Value => perRow(g, at, shape.length);
  return g.map("and", g.map("ge", place, edge(start)), g.map("lt", place, edge(g.add(start, length))));
}

/** The number or the colour that stands in a part, or noise. */
function filling(g: Builder, x: Value, draws: Draws, options: OptionRecord): Value {
  const range = rangeOf(options);
  const given = maybeNumbers(options, "fill_value");
  if (given === undefined) return clipped(g, g.mul(draws.normal("noise", x.type.shape), range[1]), range);
  const numbers = given.map((value) => Math.min(Math.max(value, range[0]), range[1]));
  const [single = 0, ...more] = numbers;
  return more.length === 0
    ? g.constant(single, x.type)
    : g.broadcastTo(g.constant(numbers, tensor("f32", numbers.length)), x.type.shape);
}

function colourProblem(shape: readonly Size[], options: OptionRecord): Checked<never> | undefined {
  const count = maybeNumbers(options, "fill_value")?.length ?? 1;
  if (count === 1 || count === shape[3]) return undefined;
  const message = `it must be one number, or one for each channel, and has ${count}`;
  return bad({ problem: "option", option: "fill_value", message });
}

export const randomErasing = defineLayer({
  name: "RandomErasing",
  elsewhere: ["Cutout", "RandomCutout"],
  summary: "While training, puts noise or a colour in place of a random part of some pictures.",
  inputs: pictureInputs,
  output: pictureText,
  options: {
    factor: factorWithDefault(
      1,
      "The probability, drawn for each picture between two numbers, or between 0 and a single one.",
      [0, 1],
    ),
    scale: factorWithDefault(
      [0.02, 0.33],
      "The size of the part, as a share of the picture; its sides are drawn apart.",
      [0, 1],
    ),
    fill_value: {
      type: { kind: "numbers", single: true },
      optional: true,
      default: undefined,
      doc: "The number, or a number for each channel, that stands there; by default normal variates times the highest number.",
    },
    value_range: valueRangeOption,
    seed: seedOption,
  },
  positional: ["factor", "scale", "fill_value", "value_range"],
  trainingDiffers: true,
  shape: (inputs, options) =>
    pairProblem(options, ["factor", "scale"]) ??
    rangeProblem(options) ??
    andThen(pictures(inputs, ["f32"]), (x): Checked<TensorType> => colourProblem(x.shape, options) ?? { ok: x }),
  expand(g, call) {
    const x = inputOf(call);
    if (!call.training) return { output: x };
    const { options } = call;
    const draws = drawsOf(g, call, "RandomErasing");
    const [rows, columns] = [
      partOf(g, x, HEIGHT, draws.part("height"), options),
      partOf(g, x, WIDTH, draws.part("width"), options),
    ];
    const erased = g.select(g.map("and", rows, columns), filling(g, x, draws, options), x);
    return { output: where(g, draws.chance("erase", boundsOf(options, "factor", upTo(0))), erased, x) };
  },
  examples: [
    { nn: "RandomErasing(value_range: [0, 1])", type: "f32[5, 6, 3] -> f32[5, 6, 3]" },
    { nn: "RandomErasing([1, 1], [0.2, 0.5], [0.1, 0.2], [0, 1])", type: "f32[5, 4, 2] -> f32[5, 4, 2]" },
    { nn: "RandomErasing(0.8, 0.5, 0, seed: 1)", type: "f32[4, 4] -> f32[4, 4]" },
  ],
  source: "https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_erasing/",
});
