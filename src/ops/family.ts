// What an operator is for, in one word: the section of Keras's documentation that has it says so, where there is one.

import type { OpDef } from "./definition.ts";

/** Sections of Keras's pages about layers. */
const sections = {
  convolution_layers: "convolution",
  core_layers: "dense",
  recurrent_layers: "recurrent",
  attention_layers: "attention",
  normalization_layers: "normalization",
  activation_layers: "activation",
  activations: "activation",
  pooling_layers: "pooling",
  reshaping_layers: "shape",
  merging_layers: "merging",
  regularization_layers: "regularization",
  preprocessing_layers: "preprocessing",
} as const;

type OperatorFamily = (typeof sections)[keyof typeof sections] | "other";

/** Returns what the operator is for. */
export function familyOf(def: OpDef): OperatorFamily {
  const section = /keras\.io\/api\/layers\/(\w+)/.exec(def.source)?.[1];
  if (section !== undefined && section in sections) return sections[section as keyof typeof sections];
  if (def.activation === true) return "activation";
  if (def.infix !== undefined) return "merging";
  return "other";
}
