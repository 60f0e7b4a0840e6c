import type { Builder, Value } from "../../ir/builder.ts";
import { defineLayer, type ExpandCall, type OptionDef, ok } from "../definition.ts";
import { drawsOf, perRow, seedOption } from "../draws.ts";
import { inputOf } from "../layer.ts";
import { numberOf } from "../options.ts";
import { HEIGHT, pictureInputs, pictures, WIDTH } from "../pictures.ts";
import { cut, middlePart, type Part, resize } from "../resize.ts";
import { andThen, known } from "../shape.ts";

const side = (doc: string): OptionDef => ({ type: { kind: "int", min: 1 }, required: true, doc });
const plain = { interpolation: "bilinear", antialias: false } as const;

/** Cuts a part out of each picture at a place of its own. */
function cutAnywhere(g: Builder, x: Value, height: number, width: number, call: ExpandCall): Value {
  const [batch = 1] = x.type.shape;
  const draws = drawsOf(g, call, "RandomCrop");
  return [
    { axis: HEIGHT, size: height, what: "top" },
    { axis: WIDTH, size: width, what: "left" },
  ].reduce((made, { axis, size, what }) => {
    const start = draws.below(what, known(x.type.shape[axis]) - size + 1);
    const places = g.add(g.iota({ dtype: "i32", shape: [batch, size] }, 1), perRow(g, start, 2));
    return g.gather(made, places, axis, 1);
  }, x);
}

/** What Keras takes while training of a picture that is too small: it cuts from the middle, and makes the rest larger. */
function cutSmall(middle: Part, h: number, w: number, height: number, width: number): Part {
  const { top, left } = middle;
  return { top, left, height: Math.min(height, h - top), width: Math.min(width, w - left) };
}

export const randomCrop = defineLayer({
  name: "RandomCrop",
  summary:
    "While training, cuts a part out of each picture at random; otherwise, takes the middle and brings it to size.",
  inputs: pictureInputs,
  output: "[height, width, c] or [height, width]",
  options: {
    height: side("The height of the part. Outside training the middle is the largest part with its proportions."),
    width: side("The width of the part."),
    seed: seedOption,
  },
  positional: ["height", "width"],
  trainingDiffers: true,
  shape: (inputs, options) =>
    andThen(pictures(inputs, ["f32", "i32"]), (x) => {
      const [height, width] = [numberOf(options, "height"), numberOf(options, "width")];
      return ok({ dtype: x.dtype, shape: x.shape.with(HEIGHT, height).with(WIDTH, width) });
    }),
  expand(g, call) {
    const x = inputOf(call);
    const [height, width] = [numberOf(call.options, "height"), numberOf(call.options, "width")];
    const [h, w] = [known(x.type.shape[HEIGHT]), known(x.type.shape[WIDTH])];
    if (call.training && h > height && w > width) return { output: cutAnywhere(g, x, height, width, call) };
    const middle = middlePart(h, w, { height, width });
    const part = call.training ? cutSmall(middle, h, w, height, width) : middle;
    return { output: resize(g, cut(g, x, part), height, width, plain) };
  },
  examples: [
    { nn: "RandomCrop(3, 2)", type: "f32[5, 6, 2] -> f32[3, 2, 2]" },
    { nn: "RandomCrop(4, 4, seed: 1)", type: "f32[6, 5] -> f32[4, 4]" },
    { nn: "RandomCrop(4, 4)", type: "f32[3, 6, 1] -> f32[4, 4, 1]" },
  ],
  source: "https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_crop/",
});
