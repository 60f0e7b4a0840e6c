import type { Builder, Value } from "../../ir/builder.ts";
import type { OptionRecord } from "../../ir/graph.ts";
import { bad, type Checked, defineLayer, type OptionDef, ok } from "../definition.ts";
import type { Interpolation } from "../interpolation.ts";
import { inputOf } from "../layer.ts";
import { flag, flagOption, numberOf, textOf } from "../options.ts";
import { HEIGHT, pictureInputs, pictures, samePixels, WIDTH } from "../pictures.ts";
import { cut, middlePart, resize } from "../resize.ts";
import { andThen, known } from "../shape.ts";

const interpolations: readonly Interpolation[] = ["nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"];

const side = (doc: string): OptionDef => ({ type: { kind: "int", min: 1 }, required: true, doc });

/** Puts a number around pictures until they have the proportions of another size. */
function padded(g: Builder, x: Value, height: number, width: number, value: number): Value {
  const [high, wide] = [known(x.type.shape[HEIGHT]), known(x.type.shape[WIDTH])];
  const [taller, wider] = [Math.trunc((wide * height) / width), Math.trunc((high * width) / height)];
  const amounts = x.type.shape.map((_, axis) =>
    axis === HEIGHT
      ? Math.trunc(Math.max(taller - high, 0) / 2)
      : axis === WIDTH
        ? Math.trunc(Math.max(wider - wide, 0) / 2)
        : 0,
  );
  return g.pad(x, amounts, amounts, value);
}

function both(options: OptionRecord): Checked<undefined> {
  if (!flag(options, "crop_to_aspect_ratio") || !flag(options, "pad_to_aspect_ratio")) return ok(undefined);
  const message = "it goes not together with `crop_to_aspect_ratio`: a picture is cut or surrounded, not both";
  return bad({ problem: "option", option: "pad_to_aspect_ratio", message });
}

export const resizing = defineLayer({
  name: "Resizing",
  elsewhere: ["Resize", "Interpolate"],
  summary: "Brings pictures to another size.",
  inputs: pictureInputs,
  bounds: samePixels,
  output: "[height, width, c] or [height, width]",
  options: {
    height: side("The new height."),
    width: side("The new width."),
    interpolation: {
      type: { kind: "choice", values: interpolations },
      default: "bilinear",
      doc: "How places between pixels are read. Classes are always those of the nearest pixel.",
    },
    crop_to_aspect_ratio: flagOption(
      false,
      "Whether to keep the proportions, and the largest part in the middle that has the new ones.",
    ),
    pad_to_aspect_ratio: flagOption(false, "Whether to keep the proportions, and fill up what is missing."),
    fill_mode: {
      type: { kind: "choice", values: ["constant"] },
      default: "constant",
      doc: "What fills up: one number.",
    },
    fill_value: { type: { kind: "float" }, default: 0, doc: "The number that fills up." },
    antialias: flagOption(false, "Whether a smaller picture is made of all pixels that its own cover."),
  },
  positional: ["height", "width", "interpolation"],
  shape: (inputs, options) =>
    andThen(both(options), () =>
      andThen(pictures(inputs, ["f32", "i32"]), (x) => {
        const [height, width] = [numberOf(options, "height"), numberOf(options, "width")];
        return ok({ dtype: x.dtype, shape: x.shape.with(HEIGHT, height).with(WIDTH, width) });
      }),
    ),
  expand(g, call) {
    const { options } = call;
    const x = inputOf(call);
    const [height, width] = [numberOf(options, "height"), numberOf(options, "width")];
    const wanted = textOf(options, "interpolation");
    const interpolation = interpolations.find((name) => name === wanted) ?? "bilinear";
    const [h, w] = [known(x.type.shape[HEIGHT]), known(x.type.shape[WIDTH])];
    const source = flag(options, "crop_to_aspect_ratio")
      ? cut(g, x, middlePart(h, w, { height, width }))
      : flag(options, "pad_to_aspect_ratio")
        ? padded(g, x, height, width, numberOf(options, "fill_value"))
        : x;
    return { output: resize(g, source, height, width, { interpolation, antialias: flag(options, "antialias") }) };
  },
  examples: [
    { nn: "Resizing(6, 3)", type: "f32[4, 5, 2] -> f32[6, 3, 2]" },
    { nn: "Resizing(2, 2, antialias: true)", type: "f32[5, 6, 1] -> f32[2, 2, 1]" },
    { nn: "Resizing(3, 4, bicubic, crop_to_aspect_ratio: true)", type: "f32[6, 6, 1] -> f32[3, 4, 1]" },
    { nn: "Resizing(4, 4, nearest, pad_to_aspect_ratio: true, fill_value: 0.5)", type: "f32[3, 6] -> f32[4, 4]" },
    { nn: "Resizing(3, 3, lanczos3, antialias: true)", type: "f32[7, 5, 1] -> f32[3, 3, 1]" },
  ],
  source: "https://keras.io/api/layers/preprocessing_layers/image_preprocessing/resizing/",
});
