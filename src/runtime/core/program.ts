// What a compiled model is to the training loop, whatever target made it. Part of the runtime: this text is copied into
// every trainer, so nothing here imports anything but its neighbours.

export type Numbers = Float32Array | Int32Array | Uint8Array;

/** A part of memory that outlives a step: a weight (`conv2d/kernel`), a moving statistic, an optimizer slot. */
export interface SlotInfo {
  readonly name: string;
  readonly shape: readonly number[];
  readonly role: "weight" | "state" | "optimizer" | "metric" | "counter";
  /**
   * A live view: writing to it changes the program's memory. Where that lies outside JavaScript (target `tfjs`), read it
   * anew after each step; what is written to it counts from the next step on.
   */
  readonly values: Float32Array | Int32Array;
}

/** A column of the data as a program wants it: `elements` numbers a sample. */
export interface ColumnInfo {
  readonly name: string;
  readonly dtype: "u8" | "i32" | "f32";
  readonly shape: readonly number[];
  /** Values must be whole and below this, where it is set. */
  readonly classes?: number;
}

/** What the compiler knows of the experiment; written into the trainer as a literal. */
export interface Manifest {
  /** The `.nn` file's name, without folders: `mnist.nn`. */
  readonly file: string;
  readonly model: string;
  readonly dataset: string;
  readonly target: string;
  /** Whether threads can share the work. */
  readonly threads: boolean;
  /** Compiled so that every machine computes the same bits. */
  readonly strictMath: boolean;
  /** Whether 3 × 3 convolutions may be computed over tiles (Winograd). */
  readonly winograd: boolean;
  readonly source: { readonly name: string; readonly options: Readonly<Record<string, unknown>> };
  /** The columns of the data that train and evaluate read. */
  readonly columns: readonly ColumnInfo[];
  /** The inputs of `predict`, in the model's own terms. */
  readonly inputs: readonly ColumnInfo[];
  readonly outputs: readonly { readonly name: string; readonly shape: readonly number[] }[];
  /** Names of what `metrics` returns; the first is `loss`. */
  readonly metrics: readonly string[];
  readonly split: {
    readonly train: number;
    readonly validation: number;
    readonly test: number;
    readonly order: "random" | "order";
  };
  readonly batch: number;
  readonly epochs: number;
  readonly seed: number;
  /** Trainable weights and other parameters, in numbers. */
  readonly parameters: number;
}

/** What a program is made with. A target without threads takes none. */
export interface ProgramOptions {
  /** Threads that share the work, this one included. Default 1: then no other is started. */
  readonly threads?: number;
  /** Which form of the code runs. Default: the fastest one that this engine runs rightly. */
  readonly variant?: "plain" | "relaxed" | "wide";
  /** `false` leaves V8's experimental revectorization alone. */
  readonly revectorize?: boolean;
  /** Of target `tfjs`: where its tensors are. */
  readonly backend?: string;
}

/** A compiled model with its memory. All calls are synchronous; `n` samples are read from the start of each input. */
export interface Program {
  readonly manifest: Manifest;
  /** Bytes of the one allocation. */
  readonly memoryBytes: number;
  /** Threads that share the work, this one included. */
  readonly threads: number;
  /** The form of the code that runs, where the target has several. */
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
   * One optimizer step on the first `n` samples of `columns`; returns the mean loss before it. Adds to the metrics.
   * `meanwhile` is called once, while other threads work where there are some: it may fill `columns` for the next step,
   * which may then be others than before.
   */
  trainStep(n: number, meanwhile?: () => void): number;
  /** Adds `n` samples of `columns` to the metrics, without training. */
  evaluateStep(n: number): void;
  /** Computes `outputs` for the first `n` samples of `inputs`. */
  predict(n: number): void;
  resetMetrics(): void;
  /** The values since resetMetrics, in the order of `manifest.metrics`. */
  metrics(): readonly number[];
  /** Ends the other threads. Memory can still be read, but nothing more can be computed. */
  close(): void;
}
