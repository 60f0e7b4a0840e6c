// The data of a training between source and loop: divided into parts, then made into numbers with what encoders learn from the
// training part. It is the same for rows in memory and for rows in a file.

import { type DataPart, type Dataset, divideData, type Rows, type SourceData } from "./dataset.ts";
import { type Encoders, encodeDataset, type Learned, learnColumns } from "./encode.ts";
import { type Feed, type Feeds, feedOf, feedsOf } from "./feed.ts";
import type { Manifest } from "./program.ts";

export type DividedPart = "train" | "validation" | "test";

export interface DividedData {
  /** The number of examples of each part. */
  readonly examples: Readonly<Record<DividedPart, number>>;
  /** The columns of the source side by side in a column that is made of several. */
  readonly made: NonNullable<DataPart["made"]>;
  /** The number of rows that were left out, as the program asks for. */
  readonly dropped: number;
  /** How an epoch orders the rows to train on. */
  readonly order: { readonly random: string; readonly window?: number };
  /** The bytes of memory that the data may take, where it takes more. */
  readonly memory?: number;
  /** Makes numbers of all parts, with what was learned, or learns it; `adapt` then says what counts of that. */
  prepare(known?: Learned, adapt?: (own: Learned) => Learned): { readonly feeds: Feeds; readonly learned: Learned };
  /** Makes numbers of one part, with what was learned. */
  part(name: DividedPart, known: Learned): Feed;
  /** The same as rows in memory, where they are there. */
  rows?(name: DividedPart, known: Learned): Rows;
}

export interface DividedFor {
  readonly manifest: Manifest;
  readonly encoders: Encoders;
  readonly seed: number;
  readonly limit: number | undefined;
}

/** Data whose rows are in the store of the request. Its parts hold none. */
export interface StoredData extends SourceData {
  divided(run: DividedFor): DividedData;
}

export const isStored = (source: SourceData): source is StoredData => "divided" in source;

/** Divides the data of a source. Throws a RunError where nothing is left to train on. */
export const dividedData = (source: SourceData, run: DividedFor): DividedData =>
  isStored(source)
    ? source.divided(run)
    : heldData(source, divideData(source, run.manifest.split, run.seed, run.limit), run);

function heldData({ train, test }: SourceData, divided: Dataset, { manifest, encoders }: DividedFor): DividedData {
  const { columns } = manifest;
  const encoded = (data: Dataset, learned: Learned): Dataset => encodeDataset(data, columns, encoders, learned);
  const rows = (name: DividedPart, known: Learned): Rows =>
    encoded({ train: divided[name] ?? divided.train }, known).train;
  return {
    examples: {
      train: divided.train.rows.length,
      ...{ validation: divided.validation?.rows.length ?? 0, test: divided.test?.rows.length ?? 0 },
    },
    made: train.made ?? {},
    order: { random: "exactly" },
    dropped: (train.dropped ?? 0) + (test?.dropped ?? 0),
    prepare(known, adapt = (own) => own) {
      const learned = known ?? adapt(learnColumns(divided.train, columns, encoders));
      return { learned, feeds: feedsOf(encoded(divided, learned)) };
    },
    rows,
    part: (name, known) => feedOf(rows(name, known)),
  };
}
