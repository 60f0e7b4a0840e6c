// Words that people bring from Keras and PyTorch: they are near no name here, but have a plain meaning. Serves only
// unknown names, so an entry that has become a name does no harm.

import type { Departure } from "../../diagnostics/catalogue/departures.ts";
import { findElsewhere } from "../../ops/registry.ts";

/** The advice on such a word: the name to write instead, or nnc's own way. */
export type Habit = { readonly write: string; readonly sure?: false } | { readonly departure: Departure };

const options: ReadonlyMap<string, Habit> = new Map<string, Habit>([
  ["lr", { write: "learning_rate" }],
  ["out_features", { write: "units" }],
  ["out_channels", { write: "filters" }],
  ["bias", { write: "use_bias" }],
  ["alpha", { write: "negative_slope" }],
  ["p", { write: "rate" }],
  ["hidden_size", { write: "units" }],
  ["output_dim", { write: "units" }],
  ["num_features", { write: "filters" }],
  ["nb_filter", { write: "filters" }],
  ["border_mode", { write: "padding" }],
  ["subsample", { write: "strides" }],
  ["init", { write: "kernel_initializer" }],
  ["W_regularizer", { write: "kernel_regularizer" }],
  ["eps", { write: "epsilon" }],
  ["dilation", { write: "dilation_rate" }],
  ["input_shape", { departure: "inferredShapes" }],
  ["inputShape", { departure: "inferredShapes" }],
  ["input_length", { departure: "inferredShapes" }],
  ["batch_input_shape", { departure: "inferredShapes" }],
  ["input_dim", { departure: "inferredShapes" }],
  ["in_features", { departure: "inferredShapes" }],
  ["in_channels", { departure: "inferredShapes" }],
  ["inplace", { departure: "inPlace" }],
  ["data_format", { departure: "channelsLast" }],
  ["decay", { departure: "decay" }],
  ["dtype", { departure: "dtype" }],
  ["seed", { departure: "seed" }],
]);

const clauses: ReadonlyMap<string, Habit> = new Map<string, Habit>([
  ["batch_size", { write: "batch" }],
  ["batchSize", { write: "batch" }],
  ["nb_epoch", { write: "epochs" }],
  ["sample_weight", { departure: "sampleWeights" }],
  ["lr", { departure: "optimizerRate" }],
  ["learning_rate", { departure: "optimizerRate" }],
  ["validation_split", { departure: "splits" }],
  ["validation_data", { departure: "splits" }],
  ["validation", { departure: "splits" }],
  ["shuffle", { departure: "shuffle" }],
]);

const layers: ReadonlyMap<string, Habit> = new Map<string, Habit>([
  ["Input", { departure: "namedInputs" }],
  ["InputLayer", { departure: "namedInputs" }],
  ["Sequential", { departure: "listedLayers" }],
  ["Model", { departure: "listedLayers" }],
]);

const values: ReadonlyMap<string, Habit> = new Map<string, Habit>([
  ...["self", "cls", "super"].map((name): [string, Habit] => [name, { departure: "noObject" }]),
  ...[
    "keras",
    "layers",
    "tf",
    "torch",
    "nn",
    "F",
    "np",
    "numpy",
    "jnp",
    "jax",
    "math",
    "models",
    "ops",
    "optim",
    "optimizers",
    "losses",
    "metrics",
    "initializers",
    "regularizers",
  ].map((name): [string, Habit] => [name, { departure: "noModules" }]),
  ["model", { departure: "noMethods" }],
  ["None", { departure: "leftOut" }],
  ["print", { departure: "shownShapes" }],
  ["range", { departure: "countedLoops" }],
  ["lambda", { departure: "noFunctions" }],
]);
const tables = {
  option: options,
  clause: clauses,
  layer: new Map([...values, ...layers]),
  loss: new Map<string, Habit>(),
};

export type HabitTier = keyof typeof tables;

/** The operator of this name in another library takes other options. */
const elsewhere = (name: string): Habit => ({ write: name, sure: false });

/** Returns the habit behind a word; one with a name only if `known` has that name. */
export function habitOf(tier: HabitTier, word: string, known: Iterable<string>): Habit | undefined {
  const meant = tier === "layer" || tier === "loss" ? findElsewhere(tier, word) : undefined;
  const habit = meant === undefined ? tables[tier].get(word) : elsewhere(meant.name);
  return habit !== undefined && "write" in habit && ![...known].includes(habit.write) ? undefined : habit;
}
