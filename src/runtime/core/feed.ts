// Rows for a training, batch by batch, wherever they are: in memory here, in a file in stored.ts. A loop knows no more of its data.

import { bucketsOfRows, type Grouping, groupedOrder } from "./buckets.ts";
import { type Dataset, gatherBatch, type Rows } from "./dataset.ts";
import type { ColumnInfo, Numbers } from "./program.ts";
import { epochOrder } from "./shuffle.ts";

/** Rows in an order. */
export interface FeedOrder {
  /** Copies the rows `start` … `start + n - 1` of the order to the start of each column. */
  gather(start: number, n: number, columns: readonly ColumnInfo[], to: Readonly<Record<string, Numbers>>): void;
  /** Returns the numbers of these rows, which `place` knows. */
  rows(start: number, n: number): Int32Array;
}

export interface Feed {
  readonly count: number;
  /** The order of an epoch (from 0), the same for the same seed and epoch. With a grouping, batches are of rows of like lengths. */
  epoch(seed: number, epoch: number, grouping?: Grouping): FeedOrder;
  /** The order of the data. */
  inOrder(): FeedOrder;
  /** Says where a row stands in the data: `houses.csv, line 17`. */
  place(row: number): string;
}

export interface Feeds {
  readonly train: Feed;
  readonly validation?: Feed;
  readonly test?: Feed;
}

/** Returns the feed of rows in memory. */
export function feedOf(from: Rows): Feed {
  const { length: count } = from.rows;
  let lengths: Uint8Array | undefined;
  /** The order of an epoch in batches of like rows. Their lengths are read once. */
  const grouped = (order: Int32Array, grouping: Grouping, seed: number, epoch: number): Int32Array => {
    lengths ??= bucketsOfRows(from, grouping);
    return groupedOrder(order, lengths, grouping, { first: 0, seed, purpose: "buckets", round: epoch });
  };
  const inOrder = (order?: Int32Array): FeedOrder => ({
    gather: (start, n, columns, to) => gatherBatch(from, order, start, n, columns, to),
    rows: (start, n) =>
      order === undefined
        ? from.rows.slice(start, start + n)
        : order.slice(start, start + n).map((place) => from.rows[place] as number),
  });
  return {
    count,
    epoch(seed, epoch, grouping) {
      const order = epochOrder(count, seed, epoch);
      return inOrder(grouping === undefined ? order : grouped(order, grouping, seed, epoch));
    },
    inOrder: () => inOrder(),
    place: (row) => from.part.place?.(row) ?? `example ${row}`,
  };
}

/** Returns the feeds of the parts of a data set. */
export function feedsOf({ train, validation, test }: Dataset): Feeds {
  return {
    train: feedOf(train),
    ...(validation === undefined ? {} : { validation: feedOf(validation) }),
    ...(test === undefined ? {} : { test: feedOf(test) }),
  };
}

/** The same for data that has feeds already. */
export const asFeeds = (data: Dataset | Feeds): Feeds =>
  "rows" in data.train ? feedsOf(data as Dataset) : (data as Feeds);
