import { defineLayer } from "../definition.ts";
import { inputOf } from "../layer.ts";
import { integers } from "../options.ts";
import { enlarge, upSampling } from "../upSampling.ts";

const { size, ...common } = upSampling(3);

export const upSampling3D = defineLayer({
  ...common,
  name: "UpSampling3D",
  summary: "Repeats the elements of a volume along its axes.",
  options: { size },
  expand: (g, call) => ({ output: enlarge(g, inputOf(call), integers(call.options, "size"), "nearest") }),
  examples: [{ nn: "UpSampling3D(1x2x3)", type: "f32[2, 2, 1, 2] -> f32[2, 4, 3, 2]" }],
  source: "https://keras.io/api/layers/reshaping_layers/up_sampling3d/",
});
