import { defineLayer } from "../definition.ts";
import { pooling } from "../pooling.ts";

export const maxPooling2D = defineLayer({
  ...pooling(2, "max"),
  name: "MaxPooling2D",
  aliases: ["MaxPool2D"],
  summary: "Takes the largest value of each window over an image.",
  examples: [
    { nn: "MaxPooling2D(2x2)", type: "f32[8, 6, 3] -> f32[4, 3, 3]" },
    { nn: "MaxPool2D(3, strides: 2, padding: same)", type: "f32[5, 5, 2] -> f32[3, 3, 2]" },
  ],
  source: "https://keras.io/api/layers/pooling_layers/max_pooling2d/",
});
