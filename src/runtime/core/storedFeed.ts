// Feeds of rows in a file: an epoch takes the blocks in a random order, and the rows at random within a window of blocks that memory
// holds. The order depends on the seed, the epoch and the blocks alone, so any place of it can be found again.

import { bucketsOfRows, groupedOrder } from "./buckets.ts";
import { type DataPart, elementsOf, gatherBatch, newColumn } from "./dataset.ts";
import type { DividedData, DividedFor } from "./divided.ts";
import { encodePart, type Learned, learnFrom } from "./encode.ts";
import type { Feed, FeedOrder, Feeds } from "./feed.ts";
import type { ColumnInfo, Numbers } from "./program.ts";
import { rowNumbers, shuffleRows } from "./shuffle.ts";
import {
  addBlock,
  type RowBlock,
  readBlock,
  rowBytesOf,
  rowsOfBlocks,
  rowsOfWindow,
  type StoredPart,
  type StoredSource,
  storedLearning,
} from "./stored.ts";
import { hashName, threefry } from "./threefry.ts";

/** How blocks become numbers. */
interface BlockReading {
  readonly columns: readonly ColumnInfo[];
  /** The most rows that a window has, if no block is larger. */
  readonly most: number;
  encode(block: DataPart): DataPart;
}

/** The rows that memory holds at a time. */
interface RowWindow {
  readonly part: DataPart;
  readonly lines: Int32Array;
  readonly rows: Int32Array;
}

/** Puts blocks into windows of at most so many rows, in this order. */
function blockWindows(blocks: readonly RowBlock[], order: Int32Array, most: number): readonly (readonly RowBlock[])[] {
  const windows: RowBlock[][] = [];
  let room = 0;
  for (const place of order) {
    const block = blocks[place] as RowBlock;
    const rows = block.to - block.from;
    if (rows > room) {
      windows.push([]);
      room = most;
    }
    windows.at(-1)?.push(block);
    room -= rows;
  }
  return windows;
}

/** Memory for windows, used again and again. */
interface Buffers {
  readonly columns: Readonly<Record<string, Numbers>>;
  readonly lines: Int32Array;
}

function buffersFor(columns: readonly ColumnInfo[], rows: number): Buffers {
  return {
    columns: Object.fromEntries(columns.map((info) => [info.name, newColumn(info, rows)])),
    lines: new Int32Array(rows),
  };
}

function fillWindow(
  part: StoredPart,
  blocks: readonly RowBlock[],
  { columns, encode }: BlockReading,
  to: Buffers,
): RowWindow {
  let count = 0;
  for (const block of blocks) {
    const read = readBlock(part, block);
    const { columns: values } = encode(read);
    for (const info of columns)
      to.columns[info.name]?.set(values[info.name] as Numbers, count * elementsOf(info.shape));
    to.lines.set(read.lines, count);
    count += read.count;
  }
  return { part: { count, columns: to.columns }, lines: to.lines, rows: rowNumbers(count) };
}

/** The rows of windows, one after another. `mix` brings those of a window into an order. */
function windowOrder(
  part: StoredPart,
  windows: readonly (readonly RowBlock[])[],
  reading: BlockReading,
  buffers: () => Buffers,
  mix: (window: RowWindow, number: number, start: number) => void,
): FeedOrder {
  const starts = [0];
  for (const blocks of windows) starts.push((starts.at(-1) as number) + rowsOfBlocks(blocks));
  let at = -1;
  let held: RowWindow | undefined;
  /** Goes through the places `start` … window by window. */
  const each = (start: number, n: number, take: (window: RowWindow, first: number, count: number) => void): void => {
    for (let done = 0; done < n; ) {
      const place = start + done;
      if (held === undefined || place < (starts[at] as number) || place >= (starts[at + 1] as number)) {
        at = starts.findLastIndex((first) => first <= place);
        held = fillWindow(part, windows[at] ?? [], reading, buffers());
        mix(held, at, starts[at] as number);
      }
      const count = Math.min(n - done, (starts[at + 1] as number) - place);
      take(held, place - (starts[at] as number), count);
      done += count;
    }
  };
  return {
    gather(start, n, columns, to) {
      let done = 0;
      each(start, n, ({ part: own, rows }, first, count) => {
        const rest = done === 0 ? to : restOf(to, columns, done);
        gatherBatch({ part: own, rows }, undefined, first, count, columns, rest);
        done += count;
      });
    },
    rows(start, n) {
      const found: number[] = [];
      each(start, n, ({ lines, rows }, first, count) => {
        for (let i = first; i < first + count; i++) found.push(lines[rows[i] as number] as number);
      });
      return Int32Array.from(found);
    },
  };
}

/** Columns without their first rows. */
const restOf = (
  to: Readonly<Record<string, Numbers>>,
  columns: readonly ColumnInfo[],
  rows: number,
): Readonly<Record<string, Numbers>> =>
  Object.fromEntries(
    columns.map(({ name, shape }) => [name, (to[name] as Numbers).subarray(rows * elementsOf(shape))]),
  );

function storedFeed(part: StoredPart, reading: BlockReading): Feed {
  const { blocks, count } = part;
  const largest = blocks.reduce((most, { from, to }) => Math.max(most, to - from), 0);
  const inFile = rowNumbers(blocks.length);
  let buffers: Buffers | undefined;
  const shared = (): Buffers => {
    buffers ??= buffersFor(reading.columns, Math.min(count, Math.max(reading.most, largest)));
    return buffers;
  };
  return {
    count,
    epoch(seed, epoch, grouping) {
      const order = inFile.slice();
      shuffleRows(order, seed, "blocks", epoch);
      const windows = blockWindows(blocks, order, reading.most);
      return windowOrder(part, windows, reading, shared, (window, number, start) => {
        shuffleRows(window.rows, seed, `window ${epoch}`, number);
        if (grouping === undefined) return;
        const lengths = bucketsOfRows({ part: window.part, rows: rowNumbers(window.rows.length) }, grouping);
        const draw = { first: start, seed, purpose: `buckets ${epoch}`, round: number };
        window.rows.set(groupedOrder(window.rows, lengths, grouping, draw));
      });
    },
    inOrder() {
      // Nothing is mixed, so one block at a time will do.
      const own = buffersFor(reading.columns, largest);
      return windowOrder(
        part,
        blockWindows(blocks, inFile, largest),
        reading,
        () => own,
        () => {},
      );
    },
    place: (line) => part.where(line),
  };
}

/** Keeps so many rows of a part: each has the same chance. */
function limited(part: StoredPart, limit: number, seed: number): StoredPart {
  if (limit >= part.count) return part;
  const stream = hashName("limit");
  let [wanted, left] = [limit, part.count];
  const blocks = part.blocks.flatMap((block): readonly RowBlock[] => {
    const read = readBlock(part, block);
    const rows: number[] = [];
    for (let row = 0; row < read.count; row++) {
      const drawn = threefry(seed, stream, 0, left) / 2 ** 32;
      if (drawn * left-- >= wanted) continue;
      rows.push(row);
      wanted--;
    }
    return rows.length === 0 ? [] : [addBlock(part.file, part.layout, read, Int32Array.from(rows))];
  });
  return { ...part, blocks, count: rowsOfBlocks(blocks) };
}

/** Divides rows that are in a file. */
export function dividedRows(source: StoredSource, run: DividedFor): DividedData {
  const { made, dropped, memory, validation, test } = source;
  const { encoders, seed, limit = source.train.count } = run;
  const { columns } = run.manifest;
  const most = rowsOfWindow(memory, rowBytesOf(columns));
  const count = Math.min(source.train.count, limit);
  const feedsWith = (train: StoredPart, learned: Learned): Feeds => {
    const encode = (block: DataPart): DataPart => encodePart(block, columns, encoders, learned);
    const reading: BlockReading = { columns, most, encode };
    return {
      train: storedFeed(train, reading),
      ...(validation === undefined ? {} : { validation: storedFeed(validation, reading) }),
      ...(test === undefined ? {} : { test: storedFeed(test, reading) }),
    };
  };
  return {
    examples: { train: count, validation: validation?.count ?? 0, test: test?.count ?? 0 },
    ...{ made, dropped, memory },
    order: count > most ? { random: "within windows", window: most } : { random: "exactly" },
    prepare(known, adapt = (own) => own) {
      const train = limited(source.train, limit, seed);
      const learned = known ?? adapt(learnFrom(storedLearning(train, made), columns, encoders));
      return { learned, feeds: feedsWith(train, learned) };
    },
    part(name, known) {
      const feeds = feedsWith(source.train, known);
      return feeds[name] ?? feeds.train;
    },
  };
}
