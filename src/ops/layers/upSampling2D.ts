import { defineLayer } from "../definition.ts";
import type { Interpolation } from "../interpolation.ts";
import { inputOf } from "../layer.ts";
import { integers, textOf } from "../options.ts";
import { enlarge, upSampling } from "../upSampling.ts";

const { size, ...common } = upSampling(2);
const interpolations: readonly Interpolation[] = ["nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"];

export const upSampling2D = defineLayer({
  ...common,
  name: "UpSampling2D",
  summary: "Makes an image larger by whole factors, by repeating its pixels or by interpolation between them.",
  options: {
    size,
    interpolation: {
      type: { kind: "choice", values: interpolations },
      default: "nearest",
      doc: "`nearest` repeats pixels. The others are as TensorFlow resizes images, without antialiasing; `bicubic` rounds places to 1/1024 of a pixel.",
    },
  },
  expand(g, call) {
    const wanted = textOf(call.options, "interpolation");
    const interpolation = interpolations.find((name) => name === wanted) ?? "nearest";
    return { output: enlarge(g, inputOf(call), integers(call.options, "size"), interpolation) };
  },
  examples: [
    { nn: "UpSampling2D()", type: "f32[2, 3, 2] -> f32[4, 6, 2]" },
    { nn: "UpSampling2D(2x3, interpolation: bilinear)", type: "f32[3, 2, 3] -> f32[6, 6, 3]" },
    { nn: "UpSampling2D(size: 2, interpolation: bicubic)", type: "f32[3, 4, 1] -> f32[6, 8, 1]" },
  ],
  source: "https://keras.io/api/layers/reshaping_layers/up_sampling2d/",
});
