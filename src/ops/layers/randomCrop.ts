import type { Builder, Value } from "../../ir/builder.ts";
import { defineLayer, type ExpandCall, type OptionDef, ok } from "../definition.ts";
import { drawsOf, perRow, seedOption } from "../draws.ts";
import { inputOf } from "../layer.ts";
import { boxesOption, type Frame, frameOf, movedBoxes, type Place, picturesOrBoxes } from "../movedBoxes.ts";
import { numberOf } from "../options.ts";
import { HEIGHT, pictureInputs, samePixels, WIDTH } from "../pictures.ts";
import { cut, middlePart, type Part, resize } from "../resize.ts";
import { andThen, known } from "../shape.ts";

const side = (doc: string): OptionDef => ({ type: { kind: "int", min: 1 }, required: true, doc });
const plain = { interpolation: "bilinear", antialias: false } as const;

/** Where a part of each picture begins, a row for each. */
function startOf(g: Builder, call: ExpandCall, from: Frame, to: Frame): { readonly top: Value; readonly left: Value } {
  const draws = drawsOf(g, call, "RandomCrop");
  const start = (what: string, axis: 0 | 1): Value => perRow(g, draws.below(what, from[axis] - to[axis] + 1), 2);
  return { top: start("top", 0), left: start("left", 1) };
}

/** Cuts a part out of each picture at a place of its own. */
function cutAnywhere(g: Builder, x: Value, [height, width]: Frame, start: ReturnType<typeof startOf>): Value {
  const [batch = 1] = x.type.shape;
  return [
    { axis: HEIGHT, size: height, first: start.top },
    { axis: WIDTH, size: width, first: start.left },
  ].reduce((made, { axis, size, first }) => {
    const places = g.add(g.iota({ dtype: "i32", shape: [batch, size] }, 1), first);
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
  bounds: samePixels,
  output: "[height, width, c] or [height, width]",
  options: {
    height: side("The height of the part. Outside training the middle is the largest part with its proportions."),
    width: side("The width of the part."),
    seed: seedOption,
    boxes_in: boxesOption,
  },
  positional: ["height", "width"],
  trainingDiffers: true,
  moves: true,
  shape: (inputs, options) =>
    andThen(picturesOrBoxes(inputs, options, ["f32", "i32"]), (x) => {
      if (frameOf(options) !== undefined) return ok(x);
      const [height, width] = [numberOf(options, "height"), numberOf(options, "width")];
      return ok({ dtype: x.dtype, shape: x.shape.with(HEIGHT, height).with(WIDTH, width) });
    }),
  expand(g, call) {
    const x = inputOf(call);
    const to: Frame = [numberOf(call.options, "height"), numberOf(call.options, "width")];
    const boxes = frameOf(call.options);
    const from = boxes ?? ([known(x.type.shape[HEIGHT]), known(x.type.shape[WIDTH])] as const);
    const [[h, w], [height, width]] = [from, to];
    if (call.training && h > height && w > width) {
      const start = startOf(g, call, from, to);
      if (boxes === undefined) return { output: cutAnywhere(g, x, to, start) };
      const [top, left] = [g.cast(start.top, "f32"), g.cast(start.left, "f32")];
      return { output: movedBoxes(g, x, to, ({ x, y }) => ({ x: g.sub(x, left), y: g.sub(y, top) })) };
    }
    const middle = middlePart(h, w, { height, width });
    const part = call.training ? cutSmall(middle, h, w, height, width) : middle;
    if (boxes === undefined) return { output: resize(g, cut(g, x, part), height, width, plain) };
    const placed = (place: Value, start: number, scale: number): Value => g.mul(g.sub(place, start), scale);
    const [tall, wide] = [height / part.height, width / part.width];
    const move = ({ x, y }: Place): Place => ({ x: placed(x, part.left, wide), y: placed(y, part.top, tall) });
    return { output: movedBoxes(g, x, to, move) };
  },
  examples: [
    { nn: "RandomCrop(3, 2)", type: "f32[5, 6, 2] -> f32[3, 2, 2]" },
    { nn: "RandomCrop(4, 4, seed: 1)", type: "f32[6, 5] -> f32[4, 4]" },
    { nn: "RandomCrop(4, 4)", type: "f32[3, 6, 1] -> f32[4, 4, 1]" },
    { nn: "RandomCrop(3, 2, boxes_in: 5x6)", type: "f32[3, 5] -> f32[3, 5]" },
  ],
  source: "https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_crop/",
});
