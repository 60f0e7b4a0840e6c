import { defineLayer } from "../definition.ts";
import { pooling } from "../pooling.ts";

export const maxPooling3D = defineLayer({
  ...pooling(3, "max"),
  name: "MaxPooling3D",
  aliases: ["MaxPool3D"],
  summary: "Takes the largest value of each window over a volume.",
  examples: [{ nn: "MaxPooling3D(2x2x2)", type: "f32[4, 6, 2, 3] -> f32[2, 3, 1, 3]" }],
  source: "https://keras.io/api/layers/pooling_layers/max_pooling3d/",
});
