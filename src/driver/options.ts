// The options and results of a compilation. Pure data: host reads files, driver never does.

import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { SchemaAnswer, SchemaRequest } from "../ops/schema.ts";

export {
  type ColumnFacts,
  type FirstRowFacts,
  type SchemaAnswer,
  type SchemaColumn,
  type SchemaRequest,
  schemaKey,
} from "../ops/schema.ts";

export type EmitStage = "ast" | "model" | "ops" | "prims" | "loops" | "wat";

/** The targets; the first one is the default. */
export const targetNames = ["wasm", "js", "tfjs"] as const;
export type TargetName = (typeof targetNames)[number];

/** The formats for the export of trained models. */
export const formatNames = ["tfjs"] as const;
export type FormatName = (typeof formatNames)[number];

/**
 * What a program can do with a training in place of it: find the layer that damaged a step, look at the mistakes of trained
 * weights, evaluate the texts that they write (where a model writes none, the trainer remains), learn one batch by heart, try
 * learning rates, train and test on parts in turn.
 */
export type ToolName = "damage" | "examine" | "written" | "overfit" | "rates" | "folds" | "profile";

export interface CompileOptions {
  /** The training to compile, by model name; default: the only or first one. */
  readonly training?: string;
  /** One of `targetNames`; another is an error of the program's training. */
  readonly target: string;
  /** Allows only arithmetic that yields the same bits on every machine: no relaxed SIMD. */
  readonly strictMath?: boolean;
  /** Whether 3 × 3 convolutions may be computed over tiles (Winograd), where the target can. Default true. */
  readonly winograd?: boolean;
  /** The number of threads to plan memory for, in summaries. Default 1. */
  readonly threads?: number;
  /** Overrides the training's clause. */
  readonly batch?: number;
  readonly epochs?: number;
  readonly seed?: number;
  /** `--set width=256`: constants, and parameters of the model. Values as source text of an expression. */
  readonly set?: ReadonlyMap<string, string>;
  /** Whether a model without a training is an error (NN010). By default it becomes a program that only predicts. */
  readonly mustTrain?: boolean;
  /** Makes a program that predicts for the rows of the data set, in place of a trainer. */
  readonly predictor?: boolean;
  /** Makes a program that does something else with the training than to train. */
  readonly tool?: ToolName;
  /** Prints this stage instead of making a trainer. */
  readonly emit?: EmitStage;
}

/** The known texts, by path. */
export interface Sources {
  readonly entry: string;
  readonly texts: ReadonlyMap<string, string>;
  /** What is known of the files of data, by `schemaKey`. Without it fields say of what type columns are. */
  readonly schemas?: ReadonlyMap<string, SchemaAnswer>;
}

/** Paths (relative to the entry) that imports name and `texts` lacks: load them and call again. */
export interface CheckResult {
  readonly diagnostics: readonly Diagnostic[];
  readonly missing: readonly string[];
  /** Questions about files of data: answer them in `Sources.schemas` and call again, for a closer check. */
  readonly unread?: readonly SchemaRequest[];
}

/** The files, by relative path. */
export interface CompileResult extends CheckResult {
  readonly outputs: ReadonlyMap<string, string>;
}
