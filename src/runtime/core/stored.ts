// Rows that memory does not hold: blocks of them in a file, each a few columns of numbers and texts. A training reads them through a
// window of bounded size.

import { type BlockFile, type DataPart, elementsOf, newColumn } from "./dataset.ts";
import type { LearnedFrom, NumberPiece } from "./encode.ts";
import type { ColumnInfo, Numbers } from "./program.ts";
import type { TablePart } from "./table.ts";

/** The columns of all blocks, in the order in which they lie in one. */
export interface BlockLayout {
  readonly columns: readonly { readonly name: string; readonly empty: Numbers; readonly elements: number }[];
  readonly texts: readonly string[];
}

/** Rows `from` … `to - 1` of those that lie at a place of the file. */
export interface RowBlock {
  readonly at: number;
  /** The rows there. */
  readonly held: number;
  readonly from: number;
  readonly to: number;
  /** The bytes that each column of texts takes. */
  readonly texts: readonly number[];
}

/** A part of the data in a file. */
export interface StoredPart {
  readonly count: number;
  readonly blocks: readonly RowBlock[];
  readonly file: BlockFile;
  readonly layout: BlockLayout;
  /** Says where a line of the data is. */
  where(line: number): string;
}

/** The data of a source in a file, divided into parts. */
export interface StoredSource {
  readonly train: StoredPart;
  readonly validation?: StoredPart;
  readonly test?: StoredPart;
  readonly made: NonNullable<DataPart["made"]>;
  readonly dropped: number;
  /** The bytes of memory that the data may take. */
  readonly memory: number;
}

/** A row of a block, as wide as all of its numbers: for the sizes of blocks and windows. */
export const rowBytesOf = (columns: readonly ColumnInfo[]): number =>
  // Its line, and its place in an order.
  columns.reduce((sum, info) => sum + elementsOf(info.shape) * newColumn(info, 0).BYTES_PER_ELEMENT, 8);

/** Numbers of each width begin where memory lets an array of them begin. */
const paddedBytes = (bytes: number): number => (bytes + 3) & ~3;

const bytesOfNumbers = (values: Numbers): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

/** Returns an array of the same kind over these bytes. */
function numbersOver(empty: Numbers, bytes: Uint8Array, at: number, length: number): Numbers {
  const [buffer, start] = [bytes.buffer, bytes.byteOffset + at];
  if (empty instanceof Float32Array) return new Float32Array(buffer, start, length);
  return empty instanceof Int32Array ? new Int32Array(buffer, start, length) : new Uint8Array(buffer, start, length);
}

export const layoutOfPart = ({ columns, texts = {} }: DataPart, elements: (name: string) => number): BlockLayout => ({
  columns: Object.entries(columns).map(([name, values]) => ({
    ...{ name, empty: values.slice(0, 0), elements: elements(name) },
  })),
  texts: Object.keys(texts),
});

/** Writes some rows of a part as a block. */
export function addBlock(file: BlockFile, layout: BlockLayout, part: TablePart, rows: Int32Array): RowBlock {
  const numbers = layout.columns.map(({ name, elements }) =>
    rowsGathered(part.columns[name] as Numbers, elements, rows),
  );
  const texts = layout.texts.map((name) => {
    const own = part.texts?.[name] ?? [];
    return new TextEncoder().encode(JSON.stringify(Array.from(rows, (row) => own[row] ?? "")));
  });
  const pieces = [rowsGathered(part.lines, 1, rows), ...numbers].map(bytesOfNumbers);
  const bytes = new Uint8Array(
    pieces.reduce((sum, piece) => sum + paddedBytes(piece.length), 0) +
      texts.reduce((sum, { length }) => sum + length, 0),
  );
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += paddedBytes(piece.length);
  }
  for (const text of texts) {
    bytes.set(text, at);
    at += text.length;
  }
  // Blocks begin at places that numbers can begin at.
  const place = file.add(bytes);
  return { at: place, held: rows.length, from: 0, to: rows.length, texts: texts.map(({ length }) => length) };
}

function rowsGathered(values: Numbers, elements: number, rows: Int32Array): Numbers {
  const length = rows.length * elements;
  const to =
    values instanceof Float32Array
      ? new Float32Array(length)
      : values instanceof Int32Array
        ? new Int32Array(length)
        : new Uint8Array(length);
  for (let i = 0; i < rows.length; i++) {
    const from = (rows[i] as number) * elements;
    for (let j = 0; j < elements; j++) to[i * elements + j] = values[from + j] as number;
  }
  return to;
}

/** The place of each column in a block, and that of its texts. */
function placesInBlock({ columns }: BlockLayout, held: number): readonly number[] {
  const places = [paddedBytes(4 * held)];
  for (const { empty, elements } of columns)
    places.push((places.at(-1) as number) + paddedBytes(held * elements * empty.BYTES_PER_ELEMENT));
  return places;
}

/** Reads the rows of a block. */
export function readBlock({ file, layout, where }: StoredPart, block: RowBlock): TablePart {
  const { at, held, from, to } = block;
  const places = placesInBlock(layout, held);
  const end = places.at(-1) as number;
  const bytes = file.read(
    at,
    block.texts.reduce((sum, length) => sum + length, end),
  );
  const lines = numbersOver(new Int32Array(), bytes, 0, held).subarray(from, to) as Int32Array;
  const columns = layout.columns.map(({ name, empty, elements }, i): readonly [string, Numbers] => [
    name,
    numbersOver(empty, bytes, places[i] as number, held * elements).subarray(from * elements, to * elements),
  ]);
  let start = end;
  const texts = layout.texts.map((name, i): readonly [string, readonly string[]] => {
    const own = bytes.subarray(start, start + (block.texts[i] as number));
    start += own.length;
    return [name, (JSON.parse(new TextDecoder().decode(own)) as string[]).slice(from, to)];
  });
  return {
    ...{ count: to - from, lines, columns: Object.fromEntries(columns), texts: Object.fromEntries(texts) },
    place: (row) => where(lines[row] ?? 0),
  };
}

/** The rows of a part, for encoders to learn from. */
export function storedLearning(part: StoredPart, made: DataPart["made"]): LearnedFrom {
  const { file, layout, blocks } = part;
  function* texts(column: string): Generator<string> {
    for (const block of blocks) yield* readBlock(part, block).texts?.[column] ?? [];
  }
  function* numbers(name: string): Generator<NumberPiece> {
    const i = layout.columns.findIndex((column) => column.name === name);
    const { empty, elements } = layout.columns[i] as BlockLayout["columns"][number];
    for (const { at, held, from, to } of blocks) {
      const place = placesInBlock(layout, held)[i] as number;
      const bytes = file.read(at + place, held * elements * empty.BYTES_PER_ELEMENT);
      const rows = Int32Array.from({ length: to - from }, (_, row) => from + row);
      yield { values: numbersOver(empty, bytes, 0, held * elements), rows };
    }
  }
  return {
    made,
    texts: (column) => ({ [Symbol.iterator]: () => texts(column) }),
    numbers: ({ name }) => ({ [Symbol.iterator]: () => numbers(name) }),
    elements: ({ shape }) => elementsOf(shape),
  };
}

/** A window takes this share of the memory that data may take. */
export const WINDOWS = 4;

/** The rows of a window. */
export const rowsOfWindow = (memory: number, rowBytes: number): number =>
  Math.max(1, Math.floor(memory / WINDOWS / rowBytes));

export const rowsOfBlocks = (blocks: readonly RowBlock[]): number =>
  blocks.reduce((sum, { from, to }) => sum + to - from, 0);
