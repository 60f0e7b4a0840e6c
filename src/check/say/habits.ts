// Words that people bring from Keras and PyTorch: they are near no name here, but have a plain meaning. Serves only
// unknown names, so an entry that has become a name does no harm.

import type { Departure } from "../../diagnostics/catalogue/departures.ts";
import { findElsewhere, findRegularizer } from "../../ops/registry.ts";

/** The advice on such a word: the name to write instead, or nnc's own way. */
export type Habit =
  | {
      readonly write: string;
      /** Where there is no such name, this is meant. */
      readonly orElse?: string;
      readonly sure?: false;
    }
  | { readonly departure: Departure };

/** The same advice on several words. */
const departing = (departure: Departure, ...words: readonly string[]): readonly [string, Habit][] =>
  words.map((word) => [word, { departure }]);

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
  ["act", { write: "activation" }],
  ["rate", { write: "learning_rate" }],
  ["dropout_rate", { write: "rate" }],
  ["num_units", { write: "units" }],
  ["n_units", { write: "units" }],
  ["neurons", { write: "units" }],
  ["num_filters", { write: "filters" }],
  ["kernel", { write: "kernel_size" }],
  ["num_embeddings", { write: "input_dim" }],
  ["vocab_size", { write: "input_dim" }],
  ["embedding_dim", { write: "output_dim" }],
  ["dim", { write: "axis" }],
  ["regularizer", { departure: "penalties" }],
  ["weight_decay", { departure: "penalties" }],
  ["dtype", { departure: "dtype" }],
  ["seed", { departure: "seed" }],
  ["stateful", { departure: "keptStates" }],
  ...departing("dtype", "quantization_config", "reverse_dtype"),
  ["time_major", { departure: "timeFirst" }],
  ["weights", { departure: "savedWeights" }],
  ...departing("denseTensors", "sparse", "ragged"),
  ...departing("decidedWays", "use_cudnn", "implementation", "synchronized"),
  ...["features", "channels", "num_output", "out_dim", "output_size", "nout"].map((name): [string, Habit] => [
    name,
    { write: "filters", orElse: "units" },
  ]),
  ["num_layers", { departure: "stackedLayers" }],
  ["bidirectional", { departure: "bothWays" }],
  ["batch_first", { departure: "batchFirst" }],
  ["input_size", { departure: "inferredShapes" }],
  ["training", { departure: "ownSteps" }],
  ["output_channels", { write: "filters" }],
  ["kernel_shape", { write: "kernel_size" }],
  ["window_shape", { write: "pool_size" }],
  ["num_hidden", { write: "units" }],
  ["nhead", { write: "num_heads" }],
  ["with_bias", { write: "use_bias" }],
  ["padding_idx", { write: "mask_zero", sure: false }],
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
  ...["num_epochs", "max_epochs", "num_epoch"].map((name): [string, Habit] => [name, { write: "epochs" }]),
  ...departing("splits", "split", "train_split", "test_split", "test_size", "val_split", "valid_split"),
  ...departing("countedEpochs", "steps", "max_steps", "num_steps", "iterations", "max_iter", "steps_per_epoch"),
  ...departing("optimizerOption", "clipnorm", "clipvalue", "clip_norm", "gradient_clip", "gradient_clipping"),
  ...departing("optimizerOption", "grad_clip", "max_grad_norm", "weight_decay", "momentum"),
  ...departing("rateSchedule", "schedule", "scheduler", "lr_schedule", "lr_scheduler", "learning_rate_schedule"),
  ...departing("penalties", "regularization", "regularizer"),
  ...departing("dropout", "dropout", "dropout_rate"),
  ...departing("lossWeights", "loss_weights", "loss_weight"),
  ...departing("callbacks", "callbacks", "callback", "patience", "monitor", "restore_best_weights"),
  ...departing("dtype", "dtype", "mixed_precision"),
  ...departing("dtype", "amp", "fp16", "half", "autocast"),
  ...departing(
    "atTheCommand",
    "device",
    "gpu",
    "gpus",
    "cuda",
    "workers",
    "num_workers",
    "verbose",
    "save",
    "save_path",
  ),
  ...departing(
    "atTheCommand",
    "output",
    "log_interval",
    "log_every",
    "pin_memory",
    "use_multiprocessing",
    "initial_epoch",
  ),
  ...departing("atTheCommand", "max_queue_size", "progress_bar", "accelerator", "strategy", "num_gpus"),
  ...departing("ownSteps", "zero_grad", "backward", "retain_graph", "gradient_tape", "no_grad"),
  ...departing("optimizerOption", "gradient_accumulation_steps", "accumulation_steps", "accumulate_grad_batches"),
  ...departing("optimizerOption", "clip_grad_norm", "nesterov", "ema_momentum"),
  ...departing("rateSchedule", "warmup_steps", "warmup", "step_size", "gamma"),
  ...departing("inferredShapes", "input_shape", "input_size", "inputShape", "input_dim"),
  ...["criterion", "loss_fn", "loss_function", "objective"].map((name): [string, Habit] => [name, { write: "loss" }]),
  ...["optim", "opt", "solver"].map((name): [string, Habit] => [name, { write: "optimizer" }]),
  ...["minibatch", "mini_batch", "minibatch_size", "mini_batch_size", "train_batch_size", "batchsize"].map(
    (name): [string, Habit] => [name, { write: "batch" }],
  ),
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
    "hk",
    "mx",
    "gluon",
    "flax",
    "linen",
    "nnx",
    "eqx",
    "torchvision",
    "transforms",
    "utils",
    "paddle",
    "chainer",
    "slim",
    "optax",
    "haiku",
    "sklearn",
    "lightning",
    "pl",

    "functional",
    "activations",
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
  ...departing("inTraining", "training", "is_training", "train_mode"),
  ["len", { departure: "noLength" }],
]);
const tables = {
  option: options,
  clause: clauses,
  layer: new Map([...values, ...layers]),
  loss: new Map<string, Habit>(),
  metric: new Map<string, Habit>([
    ["loss", { departure: "reportedLoss" }],
    ["val_loss", { departure: "reportedLoss" }],
  ]),
  initializer: new Map<string, Habit>(),
  schedule: new Map<string, Habit>(),
};

export type HabitTier = keyof typeof tables;

const withHabits: ReadonlySet<string> = new Set(Object.keys(tables));
export const hasHabits = (tier: string): tier is HabitTier => withHabits.has(tier);

/** The operator of this name in another library takes other options. */
const elsewhere = (name: string): Habit => ({ write: name, sure: false });

/** Returns the habit behind a word; one with a name only if `known` has that name. */
export function habitOf(tier: HabitTier, word: string, known: Iterable<string>): Habit | undefined {
  const meant = tier === "option" || tier === "clause" ? undefined : findElsewhere(tier, word);
  const penalty = (tier === "option" || tier === "clause") && findRegularizer(word) !== undefined;
  const own = penalty ? ({ departure: "penalties" } as const) : tables[tier].get(word);
  const habit = meant === undefined ? own : elsewhere(meant.name);
  if (habit === undefined || "departure" in habit) return habit;
  const names = new Set(known);
  if (names.has(habit.write)) return habit;
  return habit.orElse !== undefined && names.has(habit.orElse) ? { ...habit, write: habit.orElse } : undefined;
}
