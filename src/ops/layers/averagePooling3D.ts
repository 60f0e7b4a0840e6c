import { defineLayer } from "../definition.ts";
import { pooling } from "../pooling.ts";

export const averagePooling3D = defineLayer({
  ...pooling(3, "average"),
  name: "AveragePooling3D",
  aliases: ["AvgPool3D"],
  summary: "Takes the mean of each window over a volume. Places beyond the edge do not count.",
  examples: [{ nn: "AveragePooling3D(2x2x2)", type: "f32[4, 6, 2, 3] -> f32[2, 3, 1, 3]" }],
  source: "https://keras.io/api/layers/pooling_layers/average_pooling3d/",
});
