import { CompilerBug } from "../../base/compilerBug.ts";
import { bad, defineLayer, ok } from "../definition.ts";
import { embedded, embeddedType, embeddingOptions, embeddingsWeight, paddingMask } from "../embedding.ts";
import { loraWeight, withLora } from "../lora.ts";
import { flag, maybeNumber, numberOf } from "../options.ts";

export const reversibleEmbedding = defineLayer({
  name: "ReversibleEmbedding",
  summary:
    "Replaces tokens by learned vectors; applied to numbers instead, it turns vectors into a logit for each token.",
  inputs: [{ name: "x", shape: "[...] or [..., output_dim]" }],
  output: "[..., output_dim] or [..., input_dim]",
  options: {
    ...embeddingOptions,
    tie_weights: {
      type: { kind: "bool" },
      default: true,
      doc: "Whether logits are products with the vectors of the tokens. Otherwise they have a weight of their own, `reverse_embeddings`.",
    },
    logit_soft_cap: {
      type: { kind: "float", min: 0, openMin: true },
      optional: true,
      default: undefined,
      doc: "Holds logits within ± this number: `cap · tanh(logits / cap)`.",
    },
  },
  positional: ["input_dim", "output_dim", "tie_weights"],
  masks: paddingMask,
  rows: (options) => numberOf(options, "input_dim"),
  weights(_, options) {
    const { shape, ...embeddings } = embeddingsWeight(options);
    const table = withLora([{ ...embeddings, shape }], options);
    if (flag(options, "tie_weights")) return table;
    return [...table, { ...embeddings, name: "reverse_embeddings", shape: shape.toReversed() }];
  },
  shape([x, more], options) {
    if (x === undefined || more !== undefined) return bad({ problem: "inputs", expected: "one", actual: more ? 2 : 0 });
    if (x.dtype === "i32") return ok(embeddedType(x, options));
    if (x.dtype !== "f32") return bad({ problem: "dtype", input: 0, expected: ["i32", "f32"] });
    const axis = x.shape.length - 1;
    const [size, expected] = [x.shape[axis], numberOf(options, "output_dim")];
    if (size === undefined || axis < 1)
      return bad({ problem: "rank", input: 0, expected: [1], expectedText: "[..., output_dim]" });
    if (typeof size === "number" && size !== expected)
      return bad({ problem: "size", input: 0, axis, expected, actual: size, why: "output_dim" });
    return ok({ dtype: "f32", shape: [...x.shape.slice(0, -1), numberOf(options, "input_dim")] });
  },
  expand(g, { inputs: [x], weights, options }) {
    const { reverse_embeddings: own } = weights;
    const embeddings = loraWeight(g, "embeddings", weights, options);
    if (x === undefined || embeddings === undefined)
      throw new CompilerBug("an embedding needs its input and its table");
    if (x.type.dtype === "i32") return { output: embedded(g, embeddings, x) };
    const logits = g.dot(x, own ?? g.transpose(embeddings, [1, 0]));
    const cap = maybeNumber(options, "logit_soft_cap");
    return { output: cap === undefined ? logits : g.mul(g.map("tanh", g.div(logits, cap)), cap) };
  },
  examples: [
    { nn: "ReversibleEmbedding(7, 4)", type: "i32[3] -> f32[3, 4]" },
    { nn: "ReversibleEmbedding(7, 4, logit_soft_cap: 2)", type: "f32[3, 4] -> f32[3, 7]" },
    { nn: "ReversibleEmbedding(5, 2, tie_weights: false)", type: "f32[2] -> f32[5]" },
  ],
  source: "https://keras.io/api/layers/core_layers/reversible_embedding/",
});
