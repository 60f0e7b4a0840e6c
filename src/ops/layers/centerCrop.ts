import { defineLayer, type OptionDef, ok } from "../definition.ts";
import { inputOf } from "../layer.ts";
import { numberOf } from "../options.ts";
import { HEIGHT, pictureInputs, pictures, samePixels, WIDTH } from "../pictures.ts";
import { cut, middlePart, resize } from "../resize.ts";
import { andThen, known } from "../shape.ts";

const side = (doc: string): OptionDef => ({ type: { kind: "int", min: 1 }, required: true, doc });

export const centerCrop = defineLayer({
  name: "CenterCrop",
  summary: "Cuts the middle out of each picture. One that is smaller is cut to the proportions and made larger.",
  inputs: pictureInputs,
  bounds: samePixels,
  output: "[height, width, c] or [height, width]",
  options: { height: side("The height of the middle."), width: side("The width of the middle.") },
  positional: ["height", "width"],
  shape: (inputs, options) =>
    andThen(pictures(inputs, ["f32", "i32"]), (x) => {
      const [height, width] = [numberOf(options, "height"), numberOf(options, "width")];
      return ok({ dtype: x.dtype, shape: x.shape.with(HEIGHT, height).with(WIDTH, width) });
    }),
  expand(g, call) {
    const x = inputOf(call);
    const [height, width] = [numberOf(call.options, "height"), numberOf(call.options, "width")];
    const [h, w] = [known(x.type.shape[HEIGHT]), known(x.type.shape[WIDTH])];
    if (h >= height && w >= width) {
      const [top, left] = [Math.trunc((h - height) / 2), Math.trunc((w - width) / 2)];
      return { output: cut(g, x, { height, width, top, left }) };
    }
    const part = cut(g, x, middlePart(h, w, { height, width }));
    return { output: resize(g, part, height, width, { interpolation: "bilinear", antialias: false }) };
  },
  examples: [
    { nn: "CenterCrop(2, 4)", type: "f32[5, 6, 2] -> f32[2, 4, 2]" },
    { nn: "CenterCrop(4, 4)", type: "f32[3, 6, 1] -> f32[4, 4, 1]" },
  ],
  source: "https://keras.io/api/layers/preprocessing_layers/image_preprocessing/center_crop/",
});
