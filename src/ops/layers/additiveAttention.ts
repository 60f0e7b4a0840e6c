import { defineLayer } from "../definition.ts";
import { flag, flagOption } from "../options.ts";
import { pairSums, singleHead, singleHeadOptions } from "../singleHead.ts";

export const additiveAttention = defineLayer({
  ...singleHead((g, query, key, { weights: { scale } }) => {
    const alike = g.map("tanh", pairSums(g, query, key));
    return g.sum(scale === undefined ? alike : g.mul(alike, scale), [-1]);
  }),
  name: "AdditiveAttention",
  summary: "Each query attends to the values by the weighted sum of `tanh(query + key)`: Bahdanau's attention.",
  options: {
    use_scale: flagOption(true, "Whether to weigh the terms of the sum by learned numbers."),
    ...singleHeadOptions,
  },
  positional: [],
  weights: ([query], options) =>
    flag(options, "use_scale")
      ? [
          {
            name: "scale",
            shape: query?.shape.slice(-1) ?? [],
            initializer: { name: "glorot_uniform", options: {} },
            trainable: true,
          },
        ]
      : [],
  examples: [{ nn: "AdditiveAttention()", type: "f32[2, 3], f32[4, 3], mask: bool[4] -> f32[2, 3]" }],
  source: "https://keras.io/api/layers/attention_layers/additive_attention/; Bahdanau et al. 2014",
});
