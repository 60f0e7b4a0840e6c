// The options that layers have besides their own: a name, whether they train, and regularizers and constraints of each
// weight, by the names of the options for its start.

import type { OptionRecord } from "../ir/graph.ts";
import type { Definition, InitializerUse, OpDef, OptionDef, WeightDef } from "./definition.ts";
import { isUse } from "./options.ts";

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
const regularizerOption = (of: string): OptionDef => ({
  type: { kind: "regularizer" },
  optional: true,
  default: undefined,
  doc: `A penalty on ${of} that is added to the loss.`,
});
const constraintOption = (of: string): OptionDef => ({
  type: { kind: "constraint" },
  optional: true,
  default: undefined,
  doc: `A rule that ${of} keeps after each step.`,
});

const START = "_initializer";

const known = new WeakMap<object, readonly string[]>();

/** Returns the words before `_initializer` in a layer's options, without those of statistics. */
function prefixesOf({ options }: Pick<OpDef, "options">): readonly string[] {
  const before = known.get(options);
  if (before !== undefined) return before;
  const prefixes = Object.entries(options).flatMap(([name, option]) =>
    name.endsWith(START) && option.ofStatistic !== true ? [name.slice(0, -START.length)] : [],
  );
  known.set(options, prefixes);
  return prefixes;
}

/** Returns the regularizers and constraints that a layer takes. */
export function ruleOptions(def: Definition): Readonly<Record<string, OptionDef>> {
  if (def.tier !== "layer") return {};
  const own = prefixesOf(def).flatMap((prefix) => [
    [`${prefix}_regularizer`, regularizerOption(prefix)] as const,
    [`${prefix}_constraint`, constraintOption(prefix)] as const,
  ]);
  // What ActivityRegularization adds stands in its own options; Keras refuses a second penalty beside them.
  const penalty = def.activity === undefined ? { activity_regularizer: regularizerOption("the result") } : {};
  return { ...Object.fromEntries(own), ...penalty };
}

/** Returns the options of every layer besides its own; layers with weights can be frozen. */
export function commonOptions(def: Definition): Readonly<Record<string, OptionDef>> {
  if (def.tier === "function") return { name: nameOption };
  if (def.tier !== "layer") return {};
  const trainable = def.weights === undefined ? {} : { trainable: trainableOption };
  return { name: nameOption, ...trainable, ...ruleOptions(def) };
}

/** Whether the options that begin with `prefix` are about a weight of this name: `recurrent` about `recurrent_kernel`. */
const isAbout = (prefix: string, name: string): boolean => name === prefix || name.startsWith(`${prefix}_`);

/** Gives the weights of a layer their regularizers and constraints. `rules` are its options of these kinds. */
export function governed(def: OpDef, weights: readonly WeightDef[], rules: OptionRecord): readonly WeightDef[] {
  const prefixes = prefixesOf(def);
  return weights.map((weight) => {
    const own = weight.prefix ?? prefixes.find((prefix) => isAbout(prefix, weight.name.split("/").at(-1) ?? ""));
    if (own === undefined) return weight;
    const [regularizer, constraint] = [rules[`${own}_regularizer`], rules[`${own}_constraint`]];
    if (!isUse(regularizer) && !isUse(constraint)) return weight;
    return {
      ...weight,
      ...(isUse(regularizer) ? { regularizer } : {}),
      ...(isUse(constraint) ? { constraint } : {}),
    };
  });
}

/** Returns the penalties on the results of a layer: those of its own options, and of `activity_regularizer`. */
export function activitiesOf(def: OpDef, options: OptionRecord, rules: OptionRecord): readonly InitializerUse[] {
  const { activity_regularizer: given } = rules;
  const own = def.activity?.(options);
  return [...(own === undefined ? [] : [own]), ...(isUse(given) ? [given] : [])];
}
