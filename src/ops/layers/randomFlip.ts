import { defineLayer } from "../definition.ts";
import { drawsOf, perRow, seedOption } from "../draws.ts";
import { inputOf } from "../layer.ts";
import { textOf } from "../options.ts";
import { HEIGHT, pictureInputs, pictures, pictureText, WIDTH } from "../pictures.ts";
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
  output: pictureText,
  options: {
    mode: {
      type: { kind: "choice", values: Object.keys(axes) },
      default: "horizontal_and_vertical",
      doc: "`horizontal` swaps left and right, `vertical` top and bottom. `horizontal_and_vertical` does both to the same pictures, as in Keras 3: it turns them by half a turn.",
    },
    seed: seedOption,
  },
  positional: ["mode"],
  trainingDiffers: true,
  shape: (inputs) => pictures(inputs),
  expand(g, call) {
    const x = inputOf(call);
    if (!call.training) return { output: x };
    const [batch = 1] = x.type.shape;
    const turned = g.map("le", drawsOf(g, call, "RandomFlip").unit("flip"), 0.5);
    const flipped = (axes[textOf(call.options, "mode")] ?? []).reduce((made, axis) => {
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
  ],
  source: "https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_flip/",
});
