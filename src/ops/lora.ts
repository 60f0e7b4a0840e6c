// LoRA: a weight that stays as it is, plus a product of two narrow matrices that training changes. Layers share it.

import type { Builder, Value } from "../ir/builder.ts";
import type { OptionRecord } from "../ir/graph.ts";
import type { OptionDef, WeightDef } from "./definition.ts";
import { maybeNumber } from "./options.ts";

export const loraOptions = {
  lora_rank: {
    type: { kind: "int", min: 1 },
    optional: true,
    default: undefined,
    doc: "LoRA: training leaves the weight as it is and changes a product of this rank, which is added to it.",
  },
  lora_alpha: {
    type: { kind: "float" },
    optional: true,
    default: undefined,
    doc: "The product counts `lora_alpha / lora_rank` times; by default once.",
  },
} satisfies Readonly<Record<string, OptionDef>>;

/** The weights of a layer, of which the first may be held still beside a product of two that train. */
export function withLora([whole, ...others]: readonly WeightDef[], options: OptionRecord): readonly WeightDef[] {
  const rank = maybeNumber(options, "lora_rank");
  if (whole === undefined) return others;
  if (rank === undefined) return [whole, ...others];
  const { name, shape } = whole;
  const narrow = { prefix: name, trainable: true };
  const a = { ...narrow, name: `lora_${name}_a`, shape: shape.with(-1, rank) };
  const b = { ...narrow, name: `lora_${name}_b`, shape: [rank, shape.at(-1) ?? 1] };
  return [
    { ...whole, trainable: false },
    ...others,
    { ...a, initializer: { name: "he_uniform", options: {} } },
    { ...b, initializer: { name: "zeros", options: {} } },
  ];
}

/** The weight `name` as the layer computes with it. */
export function loraWeight(
  g: Builder,
  name: string,
  weights: Readonly<Record<string, Value>>,
  options: OptionRecord,
): Value | undefined {
  const [whole, a, b] = [weights[name], weights[`lora_${name}_a`], weights[`lora_${name}_b`]];
  const rank = maybeNumber(options, "lora_rank");
  if (whole === undefined || a === undefined || b === undefined || rank === undefined) return whole;
  const product = g.dot(a, b);
  const alpha = maybeNumber(options, "lora_alpha") ?? rank;
  return g.add(whole, alpha === rank ? product : g.mul(product, alpha / rank));
}
