// The options that layers have besides their own.

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

/** Returns the options of every layer besides its own; layers with weights can be frozen. */
export function commonOptions(def: Definition): Readonly<Record<string, OptionDef>> {
  if (def.tier === "function") return { name: nameOption };
  if (def.tier !== "layer") return {};
  return def.weights === undefined ? { name: nameOption } : { name: nameOption, trainable: trainableOption };
}
