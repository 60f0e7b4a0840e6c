// The options that layers have beside their own.

import type { Definition, OptionDef } from "../../ops/definition.ts";

const nameOption: OptionDef = {
  type: { kind: "string" },
  optional: true,
  default: undefined,
  doc: "The name of the layer.",
};
const trainableOption: OptionDef = {
  type: { kind: "bool" },
  default: true,
  doc: "Whether training changes the weights.",
};

/** What every layer takes beside its own options; those with weights can be frozen. */
export function commonOptions(def: Definition): Readonly<Record<string, OptionDef>> {
  if (def.tier === "function") return { name: nameOption };
  if (def.tier !== "layer") return {};
  return def.weights === undefined ? { name: nameOption } : { name: nameOption, trainable: trainableOption };
}
