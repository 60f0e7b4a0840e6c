// How a training begins: with random weights, or with those of a file that the program names.

import type { Rows } from "../core/dataset.ts";
import { type Learned, learnColumns } from "../core/encode.ts";
import { RunError } from "../core/error.ts";
import type { Program } from "../core/program.ts";
import { safeText } from "../core/text.ts";
import {
  learnedAsBefore,
  learnedToBegin,
  type Transfer,
  takeWeights,
  transferText,
  weightsToBegin,
} from "../core/transfer.ts";
import { dataFilesIn } from "./files.ts";
import type { Run } from "./run.ts";

export interface Beginning {
  /** Sets every weight to its first value. */
  initialize(): void;
  /** Learns what encoders need of the rows to train on. */
  learn(train: Rows): Learned;
  /** The same of what they have learned from those rows. */
  adapt(own: Learned): Learned;
  /** Says what the program has of the file, if it names one. */
  report(): void;
}

/**
 * Finds and reads the file that the program begins with, before anything else takes time. `found` hears its path. An evaluation has
 * weights of its own.
 */
export async function beginningOf(
  { trainer, invocation, args, reporter, output }: Run,
  program: Program,
  found: (path: string) => void = () => {},
): Promise<Beginning> {
  const { begin, columns } = program.manifest;
  const { encoders = {} } = trainer;
  if (begin === undefined || args.evaluate !== undefined)
    return {
      initialize: () => program.initialize(args.seed),
      learn: (train) => learnColumns(train, columns, encoders),
      adapt: (own) => own,
      report() {},
    };
  const { folder } = invocation;
  const places = { ...(folder === undefined ? {} : { folder }), data: [...args.data, "."] };
  const names = { source: "weights", reader: "the training" };
  const advice = `train the program of these weights first, with --save ${safeText(begin.file)}, or pass their folder: --data DIR`;
  const file = await dataFilesIn({ ...places, ...names }, found).tree(begin.file, advice);
  if (!("bytes" in file)) throw new RunError(`${safeText(file.path)}: is a folder, not a file of weights`);
  const weights = weightsToBegin(file.bytes, begin.file);
  let transfer: Transfer | undefined;
  return {
    initialize() {
      program.initialize(args.seed);
      transfer = takeWeights(program, weights);
    },
    learn: (train) => learnedToBegin(train, columns, encoders, weights.learned),
    adapt: (own) => learnedAsBefore(own, columns, weights.learned),
    report() {
      if (transfer === undefined) return;
      reporter.line(transferText(transfer, begin.file));
      if (args.json)
        output.event("begins", {
          file: begin.file,
          taken: transfer.taken,
          anew: transfer.anew.map(({ name }) => name),
        });
    },
  };
}
