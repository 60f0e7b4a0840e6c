import { CompilerBug } from "../../base/compilerBug.ts";
import { defineLayer, ok } from "../definition.ts";
import { embedded, embeddedType, embeddingOptions, embeddingsWeight, paddingMask, tokensInput } from "../embedding.ts";
import { loraWeight, withLora } from "../lora.ts";
import { numberOf } from "../options.ts";
import { andThen } from "../shape.ts";

export const embedding = defineLayer({
  name: "Embedding",
  summary: "Replaces each token by a learned vector: row `token` of the weight `embeddings`.",
  inputs: [{ name: "tokens", shape: "[...]" }],
  output: "[..., output_dim]",
  options: embeddingOptions,
  positional: ["input_dim", "output_dim"],
  masks: paddingMask,
  rows: (options) => numberOf(options, "input_dim"),
  weights: (_, options) => withLora([embeddingsWeight(options)], options),
  shape: (inputs, options) => andThen(tokensInput(inputs), (tokens) => ok(embeddedType(tokens, options))),
  expand(g, { inputs: [tokens], weights, options }) {
    const embeddings = loraWeight(g, "embeddings", weights, options);
    if (tokens === undefined || embeddings === undefined) throw new CompilerBug("Embedding needs tokens and a table");
    return { output: embedded(g, embeddings, tokens) };
  },
  examples: [
    { nn: "Embedding(7, 4)", type: "i32[3] -> f32[3, 4]" },
    { nn: "Embedding(5, 2, mask_zero: true)", type: "i32[] -> f32[2]" },
  ],
  source: "https://keras.io/api/layers/core_layers/embedding/",
});
