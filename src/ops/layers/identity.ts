import { defineLayer } from "../definition.ts";
import { sameTypeLayer } from "../layer.ts";

export const identity = defineLayer({
  ...sameTypeLayer((_, x) => x),
  name: "Identity",
  nature: "passes",
  elementwise: true,
  summary: "Returns its input as it is.",
  options: {},
  positional: [],
  examples: [{ nn: "Identity()", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/layers/core_layers/identity/",
});
