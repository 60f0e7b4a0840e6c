// The parts of a trainer, and the circumstances in which its command line runs.

import type { LoadSource } from "../core/dataset.ts";
import type { Encoders } from "../core/encode.ts";
import type { Manifest, Program, ProgramOptions } from "../core/program.ts";

/** The parts that turn the runtime into a trainer. */
export interface Trainer {
  readonly manifest: Manifest;
  readonly createProgram: (options?: ProgramOptions) => Program | Promise<Program>;
  readonly loadSource: LoadSource;
  /** The encoders of its columns, by the names of their modules. */
  readonly encoders?: Encoders;
  /** Identifies the compiled program. */
  readonly mark?: string;
  /** What its command line does, if it is not a training. */
  readonly run?: (trainer: Trainer, invocation: Invocation) => Promise<number>;
}

/** The circumstances of a run. */
export interface Invocation {
  /** Arguments, without the names of node and the file. */
  readonly args: readonly string[];
  /** The trainer's own folder, if a person knows it. The search for data files begins there. */
  readonly folder?: string;
  /** Files that the run reads besides its data, and must not overwrite. */
  readonly inputs: readonly string[];
  /** What the log says of the program beside the manifest, as JSON: nnc knows it, the trainer does not. */
  readonly about?: string;
  /** Where the weights go as well, without a word. */
  readonly keep?: string;
  /** Where to write what a training that ended by itself has read and used, as JSON. */
  readonly facts?: string;
  /** Where to write the state before a step that did damage, for a program that finds the layer and says it. */
  readonly damage?: string;
  /** Where to write the times of layers as JSON, without a word, and how many milliseconds to measure each thing. */
  readonly profile?: { readonly file: string; readonly milliseconds: number };
  /** The number of parts of the data, for a program that trains and tests on parts in turn. */
  readonly folds?: number;
}
