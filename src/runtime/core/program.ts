// The contract between a compiled model of any target and the training loop. As part of the runtime, this text is copied
// into every trainer, so it imports only its neighbours.

export type Numbers = Float32Array | Int32Array | Uint8Array;

/** A part of memory that outlives a step: a weight (`conv2d/kernel`), a moving statistic, an optimizer slot. */
export interface SlotInfo {
  readonly name: string;
  readonly shape: readonly number[];
  readonly role: "weight" | "state" | "optimizer" | "metric" | "counter";
  /**
   * A live view: writing to it changes the program's memory. If that lies outside JavaScript (target `tfjs`), read it anew
   * after each step; values that you write count from the next step on.
   */
  readonly values: Float32Array | Int32Array;
}

/** A column of the data in the form that a program needs: `elements` numbers a sample. */
export interface ColumnInfo {
  readonly name: string;
  readonly dtype: "u8" | "i32" | "f32";
  readonly shape: readonly number[];
  /** If set, values must be whole and below this. */
  readonly classes?: number;
  /** Whether the program calls them tokens. */
  readonly tokens?: true;
  /** The columns of the source that it is made of, side by side; by default the one of its own name. */
  readonly from?: readonly string[];
  /** It is made of all columns of numbers of the source but these. */
  readonly except?: readonly string[];
  /** By how many rows it begins after its window, where a sample is a window over rows of the source. */
  readonly ahead?: number;
  /** What makes its numbers, of a text or (with `numbers`) of those of the source: a module of core/encoders. */
  readonly encoder?: {
    readonly module: string;
    readonly numbers?: true;
    /** Those must be whole numbers. */
    readonly whole?: true;
    readonly options: Readonly<Record<string, unknown>>;
  };
}

/** The result of a metric: a number, a list with one for each class or threshold, or a table as a list of rows. */
export type MetricValue = number | readonly MetricValue[];

/** The compiler's knowledge of the experiment, which the trainer holds as a literal. */
export interface Manifest {
  /** The `.nn` file's name, without folders: `mnist.nn`. */
  readonly file: string;
  readonly model: string;
  readonly dataset: string;
  readonly target: string;
  /** Whether several threads can share the work. */
  readonly threads: boolean;
  /** Whether it was compiled so that every machine computes the same bits. */
  readonly strictMath: boolean;
  /** Whether 3 × 3 convolutions may work over tiles (Winograd). */
  readonly winograd: boolean;
  readonly source: { readonly name: string; readonly options: Readonly<Record<string, unknown>> };
  /** The columns of the data that train and evaluate read. */
  readonly columns: readonly ColumnInfo[];
  /** The inputs of `predict`, in the model's own terms. */
  readonly inputs: readonly ColumnInfo[];
  readonly outputs: readonly { readonly name: string; readonly shape: readonly number[] }[];
  /** For a program that predicts for rows of data (its inputs are columns): what the numbers of its outputs mean. */
  readonly meanings?: readonly {
    readonly output: string;
    /** The name of the target. */
    readonly name: string;
    readonly classes?: number;
    /** Whether the output's numbers are probabilities. */
    readonly probabilities?: true;
    /** The column of the source that the target is, as it is. */
    readonly from?: string;
    /** The column of the target and its encoder, whose saved knowledge turns numbers back. */
    readonly column?: string;
    readonly encoder?: { readonly module: string; readonly options: Readonly<Record<string, unknown>> };
    /** Where its rows are boxes with a class and a score: the names of the classes, if the program gives them. */
    readonly boxes?: { readonly classes?: readonly string[] };
  }[];
  /** For a probe: the values that it looks at, in the order of the columns of its outputs, with their places in the program. */
  readonly probed?: readonly { readonly name: string; readonly what: "field" | "layer"; readonly place: string }[];
  /** For a test of learning rates: step i is at `first · factor^i`. */
  readonly rates?: { readonly first: number; readonly factor: number; readonly steps: number };
  /** The names of the values that `metrics` returns; the first is `loss`. */
  readonly metrics: readonly string[];
  /** The shapes of those values, if one is a list or a table. */
  readonly metricShapes?: readonly (readonly number[])[];
  readonly split: {
    readonly train: number;
    readonly validation: number;
    readonly test: number;
    readonly order: "random" | "order" | "hash" | "stratified" | "time";
    /** Whether the parts are numbers of rows, not shares. */
    readonly rows?: true;
    /** The column of the source by which the last three divide. */
    readonly column?: string;
  };
  /** Which result tells the best weights, and when a training ends for want of better ones. */
  readonly stopping?: {
    /** Its place in `metrics`. */
    readonly metric: number;
    readonly part: "train" | "validation";
    readonly higherIsBetter: boolean;
    /** The epochs without a better result after which the training ends. */
    readonly patience?: number;
    readonly minDelta: number;
    readonly start: number;
    /** Whether it ends with the best weights. */
    readonly restore: boolean;
  };
  /** The file of weights that a training begins with, and the names of those that no step trains. */
  readonly begin?: { readonly file: string; readonly frozen: readonly string[] };
  readonly batch: number;
  /**
   * The shorter lengths that batches may have, the shortest first: the steps of columns whose rows end there. A row ends at its last
   * step that is not 0. Batches of other rows have the whole length.
   */
  readonly buckets?: readonly Readonly<Record<string, number>>[];
  readonly epochs: number;
  readonly seed: number;
  /** The numbers of trainable weights and of other parameters. */
  readonly parameters: number;
}

/** The options of a new program. A target without threads takes no `threads`. */
export interface ProgramOptions {
  /** Threads that share the work, including this one. The default of 1 starts no other. */
  readonly threads?: number;
  /** The form of the code to run. Default: the fastest one that this engine runs correctly. */
  readonly variant?: "plain" | "relaxed" | "wide";
  /** `false` leaves V8's experimental revectorization alone. */
  readonly revectorize?: boolean;
  /** For target `tfjs`: the backend that holds its tensors. */
  readonly backend?: string;
}

/** A finished epoch. Metrics are means weighted by samples; those of training are taken before each update. */
export interface EpochResult {
  readonly epoch: number;
  readonly epochs: number;
  readonly steps: number;
  /** The time of training, without validation. */
  readonly seconds: number;
  readonly samplesPerSecond: number;
  readonly metrics: readonly MetricValue[];
  readonly validation?: readonly MetricValue[];
}

/** A compiled model with its memory. All calls are synchronous; they read `n` samples from the start of each input. */
export interface Program {
  readonly manifest: Manifest;
  /** The size of its only allocation, in bytes. */
  readonly memoryBytes: number;
  /** Threads that share the work, including this one. */
  readonly threads: number;
  /** The form of the code that runs, if the target has several. */
  readonly variant?: "plain" | "relaxed" | "wide";
  readonly slots: readonly SlotInfo[];
  /** Columns of the batch for the next trainStep or evaluateStep, room for `batch` samples each. */
  readonly columns: Readonly<Record<string, Numbers>>;
  /** Inputs of predict, room for `batch` samples each. */
  readonly inputs: Readonly<Record<string, Numbers>>;
  /** Outputs of predict, valid until the next call. */
  readonly outputs: Readonly<Record<string, Numbers>>;
  /** Sets the seed, and every weight, statistic and optimizer slot to its initial value. */
  initialize(seed: number): void;
  /**
   * Takes one optimizer step on the first `n` samples of `columns`, adds to the metrics, and returns the mean loss before
   * the step. Where the program has buckets, it takes the steps of the shortest one that no sample exceeds. It calls `meanwhile`
   * once, while any other threads work; this may fill `columns`, perhaps other arrays than before, for the next step.
   */
  trainStep(n: number, meanwhile?: () => void): number;
  /** Adds `n` samples of `columns` to the metrics, without training. */
  evaluateStep(n: number): void;
  /** The parts of a training step in the order they run, where the program was compiled to be timed. */
  readonly parts?: readonly {
    readonly name: string;
    /** Whether it computes the model's values, before the loss. */
    readonly forward: boolean;
    run(n: number): void;
  }[];
  /** Computes `outputs` for the first `n` samples of `inputs`. */
  predict(n: number): void;
  /**
   * Shows the metrics of a finished epoch on a part of the data to learning rates that follow them: call each, if it is there,
   * before resetMetrics.
   */
  readonly observe?: { readonly train?: () => void; readonly validation?: () => void };
  /** Ends a training: puts averages of weights in their place, if an optimizer keeps them. */
  finalize?(): void;
  resetMetrics(): void;
  /** Returns the values since resetMetrics, in the order of `manifest.metrics`. */
  metrics(): readonly MetricValue[];
  /** Ends the other threads. You can still read memory, but it computes nothing more. */
  close(): void;
}
