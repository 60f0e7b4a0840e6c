import { defineLayer, type WeightDef } from "../definition.ts";
import { flag, flagOption, textOf } from "../options.ts";
import { dotProducts, pairSums, singleHead, singleHeadOptions } from "../singleHead.ts";

const single = (name: string): WeightDef => ({
  name,
  shape: [],
  initializer: { name: "ones", options: {} },
  trainable: true,
});

export const attention = defineLayer({
  ...singleHead((g, query, key, { weights: { scale, concat_score_weight: weight } }) => {
    if (weight === undefined) {
      const products = dotProducts(g, query, key);
      return scale === undefined ? products : g.mul(products, scale);
    }
    const sums = pairSums(g, query, key);
    return g.mul(g.sum(g.map("tanh", scale === undefined ? sums : g.mul(sums, scale)), [-1]), weight);
  }),
  name: "Attention",
  summary: "Each query attends to the values whose keys are like it, by their product: Luong's attention.",
  options: {
    use_scale: flagOption(false, "Whether to multiply the scores by a learned number."),
    score_mode: {
      type: { kind: "choice", values: ["dot", "concat"] },
      default: "dot",
      doc: "`dot`: the product of query and key; `concat`: a learned number times the sum of `tanh(query + key)`.",
    },
    ...singleHeadOptions,
  },
  positional: [],
  weights: (_, options) => [
    ...(flag(options, "use_scale") ? [single("scale")] : []),
    ...(textOf(options, "score_mode") === "concat" ? [single("concat_score_weight")] : []),
  ],
  examples: [
    { nn: "Attention()", type: "f32[2, 3], f32[4, 3] -> f32[2, 3]" },
    { nn: "Attention()", type: "f32[2, 3], f32[4, 2], key: f32[4, 3], value_mask: bool[4] -> f32[2, 2]" },
    {
      nn: "Attention(use_scale: true, score_mode: concat, use_causal_mask: true, return_attention_scores: true)",
      type: "f32[2, 3], f32[3, 3], query_mask: bool[2] -> f32[2, 3], f32[2, 3]",
    },
  ],
  source: "https://keras.io/api/layers/attention_layers/attention/; Luong et al. 2015",
});
