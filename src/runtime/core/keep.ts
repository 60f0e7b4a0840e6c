// Keeps the rows of a source while they are read: in memory as long as they fit, then in a file, block by block. Decides for each
// row to which part it belongs, because no later moment sees all of them.

import {
  type BlockFile,
  type DataPart,
  nothingToTrain,
  type RowStore,
  type RowTaker,
  type SourceRequest,
  twoTestParts,
} from "./dataset.ts";
import type { StoredData } from "./divided.ts";
import { RunError } from "./error.ts";
import type { Numbers } from "./program.ts";
import { endsOf, hashOf, SPLIT_STREAM, sharesOf } from "./split.ts";
import {
  addBlock,
  type BlockLayout,
  layoutOfPart,
  type RowBlock,
  rowBytesOf,
  rowsOfBlocks,
  rowsOfWindow,
  type StoredPart,
  type StoredSource,
  WINDOWS,
} from "./stored.ts";
import { dividedRows } from "./storedFeed.ts";
import type { Cell, Table } from "./table.ts";
import { sizeText } from "./text.ts";
import { hashName, threefry } from "./threefry.ts";

/** A block takes this share of a window. */
const BLOCKS = 64;

/** Rows of one side: those that a split divides, or those of a test part of the data's own. */
export interface RowSide {
  add(cells: readonly Cell[], line: number): void;
  count(): number;
  finish(): DataPart;
}

export interface RowKeeper {
  side(open: () => Table, test: boolean): RowSide;
  /** After all rows: what is in a file, if they are there. */
  stored(): StoredData["divided"] | undefined;
}

interface Side {
  readonly open: () => Table;
  readonly test: boolean;
  table: Table;
  /** The rows that have left for the file. */
  gone: number;
}

/** The bytes of rows that a taker waits for at most. */
const TAKEN_BYTES = 2 ** 24;

/** Gives the rows away as they come. */
const givingKeeper = ({ rows, batch, take }: RowTaker): RowKeeper => ({
  side(open) {
    let table = open();
    let gone = 0;
    const give = (): void => {
      const part = table.finish();
      gone += table.count();
      table = open();
      // Rows that are left out are none, but somebody counts them.
      if (part.count > 0 || (part.dropped ?? 0) > 0) take(part);
    };
    return {
      add(cells, line) {
        table.add(cells, line);
        const count = table.count();
        if (count > 0 && count % batch === 0 && (count >= rows || table.bytes() >= TAKEN_BYTES)) give();
      },
      count: () => gone + table.count(),
      finish() {
        give();
        return table.finish();
      },
    };
  },
  stored: () => undefined,
});

export function rowKeeper(request: SourceRequest): RowKeeper {
  const { store, taker } = request;
  if (taker !== undefined) return givingKeeper(taker);
  const sides: Side[] = [];
  const writer = store === undefined ? undefined : blockWriter(request, store);
  const rowBytes = rowBytesOf(request.columns);
  const held = (): number => sides.reduce((sum, { table }) => sum + 2 * table.bytes() + table.count() * rowBytes, 0);
  const flush = (side: Side): void => {
    writer?.write(side);
    side.gone += side.table.count();
    side.table = side.open();
  };
  return {
    side(open, test) {
      const side: Side = { open, test, table: open(), gone: 0 };
      sides.push(side);
      return {
        add(cells, line) {
          side.table.add(cells, line);
          if (writer === undefined) return;
          if (writer.begun() ? writer.isBlock(side.table) : held() > writer.memory) {
            for (const one of writer.begun() ? [side] : sides) flush(one);
          }
        },
        count: () => side.gone + side.table.count(),
        finish: () => {
          if (writer?.begun() === true) flush(side);
          return side.table.finish();
        },
      };
    },
    stored() {
      if (writer?.begun() !== true) return undefined;
      for (const side of sides) flush(side);
      const source = writer.finish(sides);
      return (run) => dividedRows(source, run);
    },
  };
}

interface BlockWriter {
  readonly memory: number;
  begun(): boolean;
  /** Whether a table is large enough for a block. */
  isBlock(table: Table): boolean;
  /** Writes the rows of a side's table. Throws a RunError where rows cannot be divided one by one. */
  write(side: Side): void;
  finish(sides: readonly Side[]): StoredSource;
}

/** Returns the part of a row that a split divides: 0, 1 or 2 for training, validation and test, below 0 for none. */
function partOfRow({ split }: RowStore, seed: number): (row: number, key: string) => number {
  const shares = sharesOf(split);
  const stream = hashName(SPLIT_STREAM);
  if (split.order === "hash") return (_, key) => shares.findIndex((share) => hashOf(key) < share);
  // Parts in a row are cut when their number is known.
  if (split.order === "order" || split.train >= 1) return () => 0;
  return (row) => {
    const drawn = threefry(seed, stream, 0, row) / 2 ** 32;
    return shares.findIndex((share) => drawn < share);
  };
}

/** Says why rows have to be in memory all at once, if they do. */
function whole({ options, store }: SourceRequest): string | undefined {
  const { order, rows } = store?.split ?? {};
  if (options.window !== undefined) return "windows over its rows";
  if (order === "stratified" || order === "time")
    return `a split by ${order === "time" ? "time" : "stratified shares"}`;
  return order === "random" && rows === true ? "a split by numbers of rows in random order" : undefined;
}

function blockWriter(request: SourceRequest, store: RowStore): BlockWriter {
  const { memory, split } = store;
  const partOf = partOfRow(store, request.seed);
  const blockRows = Math.max(1, Math.floor(rowsOfWindow(memory, rowBytesOf(request.columns)) / BLOCKS));
  const parts: readonly RowBlock[][] = [[], [], []];
  let file: BlockFile | undefined;
  let layout: BlockLayout | undefined;
  let made: StoredSource["made"] = {};
  let dropped = 0;
  const open = (): BlockFile => {
    const reason = whole(request);
    if (reason === undefined) return store.open();
    throw new RunError(
      `the data takes more than ${sizeText(memory)} of memory, and ${reason} needs all of it at once; allow more: --memory ${sizeText(8 * memory).replace(" ", "")}`,
    );
  };
  return {
    memory,
    begun: () => file !== undefined,
    isBlock: (table) => table.count() >= blockRows || table.bytes() >= memory / (WINDOWS * BLOCKS) / 2,
    write({ table, test, gone }) {
      file ??= open();
      const part = table.finish();
      dropped += part.dropped ?? 0;
      made = { ...made, ...part.made };
      if (part.count === 0) return;
      layout ??= layoutOfPart(part, (name) => (part.columns[name] as Numbers).length / part.count);
      for (let from = 0; from < part.count; from += blockRows) {
        const rows: number[][] = [[], [], []];
        for (let row = from; row < Math.min(part.count, from + blockRows); row++)
          rows[test ? 2 : partOf(gone + row, part.keys?.[row] ?? "")]?.push(row);
        for (const [i, own] of rows.entries())
          if (own.length > 0) parts[i]?.push(addBlock(file, layout, part, Int32Array.from(own)));
      }
    },
    finish(sides) {
      const divided = sides.find(({ test }) => !test);
      const own = sides.find(({ test }) => test);
      if (own !== undefined && split.test > 0) throw twoTestParts();
      const total = divided?.gone ?? 0;
      const [train = [], ...others] =
        split.order === "order" ? cut(parts[0] ?? [], endsOf(split, total)(total)) : parts;
      const [validation = [], test = []] = others;
      const tested = own === undefined ? test : (parts[2] ?? []);
      const partOf = (blocks: readonly RowBlock[], side: Side | undefined): StoredPart => ({
        ...{ count: rowsOfBlocks(blocks), blocks, file: file as BlockFile, layout: layout as BlockLayout },
        where: (line) => side?.table.where(line) ?? "",
      });
      if (train.length === 0) throw nothingToTrain(total, split);
      return {
        ...{ made, dropped, memory, train: partOf(train, divided) },
        ...(validation.length > 0 ? { validation: partOf(validation, divided) } : {}),
        ...(tested.length > 0 ? { test: partOf(tested, own ?? divided) } : {}),
      };
    },
  };
}

/** Cuts blocks in a row into parts that end after so many rows. */
function cut(blocks: readonly RowBlock[], ends: readonly number[]): readonly (readonly RowBlock[])[] {
  const parts: RowBlock[][] = ends.map(() => []);
  let row = 0;
  for (const block of blocks) {
    const last = row + block.to - block.from;
    for (const [i, end] of ends.entries()) {
      const from = Math.max(row, i === 0 ? 0 : (ends[i - 1] as number));
      const to = Math.min(last, end);
      if (from < to) parts[i]?.push({ ...block, from: block.from + from - row, to: block.from + to - row });
    }
    row = last;
  }
  return parts;
}
