// The table of an embedding: its options, its weight and its rows, for the layers `Embedding` and `ReversibleEmbedding`.

import type { Builder, Value } from "../ir/builder.ts";
import type { OptionRecord } from "../ir/graph.ts";
import type { TensorType } from "../ir/types.ts";
import { bad, type Checked, type MaskMaker, type MaskRule, type OptionDef, ok, type WeightDef } from "./definition.ts";
import { inputOf } from "./layer.ts";
import { loraOptions } from "./lora.ts";
import { flag, numberOf, use } from "./options.ts";

export const embeddingOptions = {
  input_dim: {
    type: { kind: "int", min: 1 },
    required: true,
    doc: "The number of tokens: they count from 0 to below it.",
    aliases: ["num_embeddings"],
  },
  output_dim: {
    type: { kind: "int", min: 1 },
    required: true,
    doc: "The length of each token's vector.",
    aliases: ["embedding_dim"],
  },
  embeddings_initializer: {
    type: { kind: "initializer" },
    default: { name: "random_uniform", options: { minval: -0.05, maxval: 0.05 } },
    doc: "How the vectors start.",
  },
  mask_zero: {
    type: { kind: "bool" },
    default: false,
    doc: "Whether token 0 is padding: the result carries a mask that is false there. Its vector is looked up as any other.",
  },
  ...loraOptions,
} as const satisfies Readonly<Record<string, OptionDef>>;

/** The weight `embeddings`, one row for each token. */
export const embeddingsWeight = (options: OptionRecord): WeightDef => ({
  name: "embeddings",
  shape: [numberOf(options, "input_dim"), numberOf(options, "output_dim")],
  initializer: use(options, "embeddings_initializer"),
  trainable: true,
});

/** The type of the vectors of some tokens. */
export const embeddedType = ({ shape }: TensorType, options: OptionRecord): TensorType => ({
  dtype: "f32",
  shape: [...shape, numberOf(options, "output_dim")],
});

/** Returns the only input, tokens; a problem for anything else. */
export function tokensInput(inputs: readonly TensorType[]): Checked<TensorType> {
  const [x] = inputs;
  if (x === undefined || inputs.length !== 1) return bad({ problem: "inputs", expected: "one", actual: inputs.length });
  return x.dtype === "i32" ? ok(x) : bad({ problem: "dtype", input: 0, expected: ["i32"] });
}

/** The vectors of tokens. */
export const embedded = (g: Builder, embeddings: Value, tokens: Value): Value => g.gather(embeddings, tokens, 0);

const tokensThatCount: MaskMaker = {
  // Numbers that become logits have no padding.
  type: ({ inputs: [x] }) => (x?.dtype === "i32" ? { dtype: "bool", shape: x.shape } : undefined),
  expand: (g, { inputs }) => g.map("ne", inputOf({ inputs }), 0),
};

/** The mask of an embedding: false at padding. */
export const paddingMask = (options: OptionRecord): MaskRule | undefined =>
  flag(options, "mask_zero") ? tokensThatCount : undefined;
