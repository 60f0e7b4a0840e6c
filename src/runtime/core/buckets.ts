// Batches of rows of like lengths, for a training that has a step of its own for short ones. A row ends at its last step that is
// not 0, so nothing but zeros is ever left out.

import { elementsOf, gatherBatch, newColumn, type Rows } from "./dataset.ts";
import type { ColumnInfo, Manifest, Numbers } from "./program.ts";
import { rowNumbers, shuffleRows } from "./shuffle.ts";

/** How rows are put together. */
export interface Grouping extends Pick<Manifest, "batch"> {
  readonly buckets: NonNullable<Manifest["buckets"]>;
  /** The columns that buckets shorten. */
  readonly columns: readonly ColumnInfo[];
}

/** Returns how a training puts rows together; undefined if it takes any rows in one batch. */
export function groupingOf({ batch, buckets, columns }: Manifest): Grouping | undefined {
  if (buckets === undefined) return undefined;
  return { batch, buckets, columns: columns.filter(({ name }) => buckets.some((one) => one[name] !== undefined)) };
}

/** Whether a row is all 0 from a step of a column on. */
function endsBefore(values: Numbers, row: number, { shape }: ColumnInfo, steps: number): boolean {
  const elements = elementsOf(shape);
  const from = row * elements + (steps * elements) / (shape[0] ?? 1);
  for (let i = (row + 1) * elements - 1; i >= from; i--) if (values[i] !== 0) return false;
  return true;
}

/** Returns the first bucket, from `least` on, that a row of columns fits; their number if it needs the whole length. */
function bucketOfRow(
  { buckets, columns }: Pick<Grouping, "buckets" | "columns">,
  values: Readonly<Record<string, Numbers>>,
  row: number,
  least: number,
): number {
  for (let bucket = least; bucket < buckets.length; bucket++) {
    const fits = columns.every((info) => {
      const steps = buckets[bucket]?.[info.name];
      return steps === undefined || endsBefore(values[info.name] as Numbers, row, info, steps);
    });
    if (fits) return bucket;
  }
  return buckets.length;
}

/** Returns the first bucket that all samples of a batch fit; the number of buckets if they need the whole length. */
export function bucketOf(manifest: Manifest, values: Readonly<Record<string, Numbers>>, samples: number): number {
  const grouping = groupingOf(manifest);
  if (grouping === undefined) return 0;
  let bucket = 0;
  for (let row = 0; row < samples && bucket < grouping.buckets.length; row++)
    bucket = bucketOfRow(grouping, values, row, bucket);
  return bucket;
}

/** Returns the bucket of each row. */
export function bucketsOfRows(rows: Rows, grouping: Grouping): Uint8Array {
  const { columns } = grouping;
  const one = Object.fromEntries(columns.map((info) => [info.name, newColumn(info, 1)]));
  return Uint8Array.from(rows.rows, (_, row) => {
    gatherBatch(rows, undefined, row, 1, columns, one);
    return bucketOfRow(grouping, one, 0, 0);
  });
}

/** The place of the first row among all of the epoch, and the key of a random order. */
interface GroupDraw {
  readonly first: number;
  readonly seed: number;
  readonly purpose: string;
  readonly round: number;
}

/**
 * Puts rows, which are in a random order, together in batches of one bucket, and the batches in a random order. What is left of a
 * bucket joins the next one, so an epoch has as many batches as without buckets, and only the last may be short. Rows that
 * complete a batch before the first stay in front.
 */
export function groupedOrder(order: Int32Array, buckets: Uint8Array, grouping: Grouping, draw: GroupDraw): Int32Array {
  const { batch } = grouping;
  const before = Math.min(order.length, (batch - (draw.first % batch)) % batch);
  const batches: number[][] = [];
  const queues: number[][] = grouping.buckets.map(() => []);
  queues.push([]);
  for (const row of order.subarray(before)) queues[buckets[row] as number]?.push(row);
  let left: number[] = [];
  for (const queue of queues) {
    const rows = [...left, ...queue];
    const whole = rows.length - (rows.length % batch);
    for (let at = 0; at < whole; at += batch) batches.push(rows.slice(at, at + batch));
    left = rows.slice(whole);
  }
  const mixed = rowNumbers(batches.length);
  shuffleRows(mixed, draw.seed, draw.purpose, draw.round);
  const made = order.slice();
  let at = before;
  for (const number of mixed) {
    made.set(batches[number] as number[], at);
    at += batch;
  }
  made.set(left, at);
  return made;
}
