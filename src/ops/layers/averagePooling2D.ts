import { defineLayer } from "../definition.ts";
import { pooling } from "../pooling.ts";

export const averagePooling2D = defineLayer({
  ...pooling(2, "average"),
  name: "AveragePooling2D",
  aliases: ["AvgPool2D"],
  summary: "Takes the mean of each window over an image. Places beyond the edge do not count.",
  examples: [
    { nn: "AveragePooling2D(2x2)", type: "f32[8, 6, 3] -> f32[4, 3, 3]" },
    { nn: "AvgPool2D(3, strides: 2, padding: same)", type: "f32[5, 5, 2] -> f32[3, 3, 2]" },
  ],
  source: "https://keras.io/api/layers/pooling_layers/average_pooling2d/",
});
