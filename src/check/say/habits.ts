// Words people bring along from Keras and PyTorch that are near no name here, though what was meant is plain. Only asked
// for names that are not known, so an entry that has become a name does no harm.

import { findElsewhere } from "../../ops/registry.ts";

/** What to say of such a word: the name to write instead, or a sentence. */
export type Habit = { readonly write: string } | { readonly help: string };

const inferred: Habit = { help: "shapes follow from the model's inputs: model M(image: f32[28, 28, 1])" };
const regularizer: Habit = { help: "there are no regularizers; weight_decay of the optimizer keeps weights small too" };
const constraint: Habit = { help: "there are no constraints on weights; clipnorm of the optimizer bounds its steps" };
const rate: Habit = { help: "the learning rate is the optimizer's: optimizer adam(0.001)" };
const apart: Habit = { help: "the data set sets examples apart: split train 90%, validation 10%" };

const options: ReadonlyMap<string, Habit> = new Map<string, Habit>([
  ["lr", { write: "learning_rate" }],
  ["out_features", { write: "units" }],
  ["out_channels", { write: "filters" }],
  ["bias", { write: "use_bias" }],
  ["dilation", { write: "dilation_rate" }],
  ["input_shape", inferred],
  ["batch_input_shape", inferred],
  ["input_dim", inferred],
  ["in_features", inferred],
  ["in_channels", inferred],
  ["data_format", { help: "channels are always the last axis: [h, w, c]" }],
  ["kernel_regularizer", regularizer],
  ["bias_regularizer", regularizer],
  ["activity_regularizer", regularizer],
  ["gamma_regularizer", regularizer],
  ["beta_regularizer", regularizer],
  ["kernel_constraint", constraint],
  ["bias_constraint", constraint],
  ["decay", { help: "a schedule lets the rate fall: learning_rate: exponential_decay(…)" }],
  ["dtype", { help: "all numbers are f32" }],
  ["seed", { help: "one seed rules all random numbers of a training: its clause 'seed'" }],
]);

const clauses: ReadonlyMap<string, Habit> = new Map<string, Habit>([
  ["batch_size", { write: "batch" }],
  ["lr", rate],
  ["learning_rate", rate],
  ["validation_split", apart],
  ["validation_data", apart],
  ["validation", apart],
  ["shuffle", { help: "every epoch goes through the examples in a new order" }],
]);

const named: Habit = { help: "inputs stand behind the name of the model: model M(image: f32[28, 28, 1])" };
const listed: Habit = { help: "layers stand one under another in the braces of a model" };
const layers: ReadonlyMap<string, Habit> = new Map<string, Habit>([
  ["Input", named],
  ["InputLayer", named],
  ["Sequential", listed],
  ["Model", listed],
]);

const tables = { option: options, clause: clauses, layer: layers };

/** The habit behind a word; one that names something only where `known` has it. */
export function habitOf(tier: keyof typeof tables, word: string, known: Iterable<string>): Habit | undefined {
  const meant = tier === "layer" ? findElsewhere(word) : undefined;
  const habit = meant === undefined ? tables[tier].get(word) : { write: meant.name };
  return habit !== undefined && "write" in habit && ![...known].includes(habit.write) ? undefined : habit;
}
