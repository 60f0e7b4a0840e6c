import type { Value } from "../../ir/builder.ts";
import { defineLayer } from "../definition.ts";
import { drawsOf, perRow, seedOption } from "../draws.ts";
import { inputOf } from "../layer.ts";
import { boxesOption, frameOf, movedBoxes, type Place, picturesOrBoxes } from "../movedBoxes.ts";
import { textOf } from "../options.ts";
import { HEIGHT, pictureInputs, pictureText, samePixels, WIDTH } from "../pictures.ts";
import { known } from "../shape.ts";

const axes: Readonly<Record<string, readonly number[]>> = {
  horizontal: [WIDTH],
  vertical: [HEIGHT],
  horizontal_and_vertical: [WIDTH, HEIGHT],
};

export const randomFlip = defineLayer({
  name: "RandomFlip",
  elsewhere: ["RandomHorizontalFlip"],
  summary: "While training, mirrors every other picture, drawn at random.",
  inputs: pictureInputs,
  bounds: samePixels,
  output: pictureText,
  options: {
    mode: {
      type: { kind: "choice", values: Object.keys(axes) },
      default: "horizontal_and_vertical",
      doc: "`horizontal` swaps left and right, `vertical` top and bottom. `horizontal_and_vertical` does both to the same pictures, as in Keras 3: it turns them by half a turn.",
    },
    seed: seedOption,
    boxes_in: boxesOption,
  },
  positional: ["mode"],
  trainingDiffers: true,
  moves: true,
  shape: (inputs, options) => picturesOrBoxes(inputs, options),
  expand(g, call) {
    const x = inputOf(call);
    if (!call.training) return { output: x };
    const [batch = 1] = x.type.shape;
    const turned = g.map("le", drawsOf(g, call, "RandomFlip").unit("flip"), 0.5);
    const mirrored = axes[textOf(call.options, "mode")] ?? [];
    const frame = frameOf(call.options);
    if (frame !== undefined) {
      const [height, width] = frame;
      const away = (place: Value, size: number, axis: number): Value =>
        mirrored.includes(axis) ? g.select(perRow(g, turned, 2), g.sub(size, place), place) : place;
      const move = ({ x: column, y: row }: Place): Place => ({
        x: away(column, width, WIDTH),
        y: away(row, height, HEIGHT),
      });
      return { output: movedBoxes(g, x, frame, move) };
    }
    const flipped = mirrored.reduce((made, axis) => {
      const size = known(x.type.shape[axis]);
      const places = g.iota({ dtype: "i32", shape: [batch, size] }, 1);
      const indices = g.select(perRow(g, turned, 2), g.sub(size - 1, places), places);
      return g.gather(made, indices, axis, 1);
    }, x);
    return { output: flipped };
  },
  examples: [
    { nn: "RandomFlip(horizontal)", type: "i32[3, 4] -> i32[3, 4]" },
    { nn: "RandomFlip()", type: "f32[4, 5, 3] -> f32[4, 5, 3]" },
    { nn: "RandomFlip(horizontal)", type: "f32[3, 4, 1] -> f32[3, 4, 1]" },
    { nn: "RandomFlip(vertical, seed: 7)", type: "f32[3, 4] -> f32[3, 4]" },
    { nn: "RandomFlip(horizontal, boxes_in: 4x6)", type: "f32[3, 5] -> f32[3, 5]" },
  ],
  source: "https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_flip/",
});
