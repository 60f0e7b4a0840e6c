// Reads the pages of a Parquet file: row groups become rows of cells, a page of each column at a time. What a header says is proved
// before memory is taken, and no row is lost: each column has to have as many as its group says.

import { crc32 } from "./crc32.ts";
import { FormatError } from "./formatError.ts";
import { cellOfJson, type JsonCell } from "./jsonValues.ts";
import {
  type ColumnChunk,
  type ParquetColumn,
  type ParquetFooter,
  type ParquetLeaf,
  type PlacedBytes,
  thriftNumber,
  thriftStruct,
} from "./parquet.ts";
import { parquetCell, type StoredValue } from "./parquetForms.ts";
import {
  deltaTexts,
  deltaValues,
  hybridValues,
  type NextValue,
  PageFault,
  plainValues,
  prefixedTexts,
  splitValues,
} from "./parquetValues.ts";
import { endsEarly, readThrift, ThriftFault, type ThriftStruct } from "./thrift.ts";
import { methodProblem, unpackPage } from "./unpackPage.ts";

/** The most bytes of a page, unpacked, and of all pages that are read at the same time. */
const MOST_PAGE = 2 ** 28;
const MOST_HELD = 2 ** 30;
/** The most values of a page or a dictionary. */
const MOST_PAGE_VALUES = 2 ** 28;
/** The most bytes that are read for the header of a page. */
const MOST_HEADER = 2 ** 24;
/** Rows that are read at a time. */
const ROWS_AT_ONCE = 1024;
/** The most items of a list in one row. */
const MOST_ITEMS = 2 ** 24;

/** A row of cells, and its number in the file. */
export interface ParquetRow {
  readonly cells: readonly JsonCell[];
  readonly line: number;
}

export interface ParquetWanted {
  /** The columns to read; the cells of the others are empty. */
  readonly names: ReadonlySet<string>;
  /** Those whose numbers are names, which nobody rounds. */
  readonly exact?: ReadonlySet<string>;
}

/** What the columns of a group share. */
interface GroupPlace {
  readonly file: PlacedBytes;
  /** The bytes of pages that are held. */
  readonly held: { bytes: number };
  readonly group: number;
}

/** Reads the rows of a file in order. Throws a FormatError that names the row group and the column. */
export function* parquetRows(
  file: PlacedBytes,
  { columns, groups }: ParquetFooter,
  { names, exact }: ParquetWanted,
): Generator<readonly ParquetRow[]> {
  let line = 1;
  for (const [i, { rows, chunks }] of groups.entries()) {
    const place: GroupPlace = { file, held: { bytes: 0 }, group: i + 1 };
    const readers = columns.map((column): FillColumn | undefined => {
      if (!names.has(column.name)) return undefined;
      const { leaf, what = "" } = column;
      if (leaf === undefined)
        return (batch, at) => {
          for (const cells of batch) cells[at] = { what };
        };
      return cellsOfChunk(place, column, leaf, chunks[leaf.index] as ColumnChunk, {
        rows,
        exact: exact?.has(column.name) === true,
      });
    });
    for (let from = 0; from < rows; from += ROWS_AT_ONCE) {
      const n = Math.min(ROWS_AT_ONCE, rows - from);
      const batch: JsonCell[][] = Array.from({ length: n }, () => new Array<JsonCell>(columns.length).fill(""));
      for (const [at, fill] of readers.entries()) fill?.(batch, at);
      yield batch.map((cells): ParquetRow => ({ cells, line: line++ }));
    }
  }
}

interface ChunkUse {
  readonly rows: number;
  readonly exact: boolean;
}

/** Puts the next cells of a column into rows, each at the same place. */
type FillColumn = (batch: readonly JsonCell[][], at: number) => void;

/** Reads the cells of a column of a group. */
function cellsOfChunk(
  place: GroupPlace,
  { name }: ParquetColumn,
  leaf: ParquetLeaf,
  chunk: ColumnChunk,
  { rows, exact }: ChunkUse,
): FillColumn {
  const fail = (what: string): never => {
    throw new FormatError(place.file.path, `row group ${place.group}, column '${name}': ${what}`);
  };
  const toCell = (value: StoredValue): JsonCell => {
    const cell = parquetCell(value, leaf.form, leaf.type, exact);
    if (cell === undefined) throw new PageFault("has bytes that are no text in UTF-8");
    return cell;
  };
  const problem = methodProblem(chunk.codec);
  if (problem !== undefined) fail(problem);
  const pages = pagesOf(place, leaf, chunk, toCell, fail);
  const next = leaf.lists.length === 0 ? pages.single : listReader(pages, leaf);
  let row = 0;
  return (batch, at) => {
    try {
      for (const cells of batch) cells[at] = next();
      row += batch.length;
      if (row === rows) pages.finish();
    } catch (error) {
      if (error instanceof PageFault) fail(`the page at byte ${pages.at()} ${error.message}`);
      throw error;
    }
  };
}

interface PageReader {
  /** The next cell of a column without lists. */
  single(): JsonCell;
  /** The levels of the next entry: whether it begins a row, and how much of it is there. */
  level(): { readonly repeated: number; readonly defined: number };
  /** Whether the next entry goes on with the row. */
  goesOn(): boolean;
  /** The cell of an entry that is defined so far. */
  value(defined: number): JsonCell;
  /** Throws a PageFault where entries are left. */
  finish(): void;
  /** Where the page begins. */
  at(): number;
}

/** The entries of a page, with levels and cells. */
interface Page {
  readonly values: number;
  readonly repeated?: NextValue<number>;
  readonly defined?: NextValue<number>;
  readonly cells: NextValue<JsonCell>;
  /** How many entries have no value, where the header says it. */
  readonly nulls?: number;
}

/** Throws a PageFault where a page says that another number of values is missing. */
function countNulls(page: Page | undefined, nulls: number): void {
  if (page?.nulls !== undefined && page.nulls !== nulls)
    throw new PageFault(`says that ${page.nulls} values are missing, but ${nulls} are`);
}

function pagesOf(
  place: GroupPlace,
  leaf: ParquetLeaf,
  chunk: ColumnChunk,
  toCell: (value: StoredValue) => JsonCell,
  fail: (what: string) => never,
): PageReader {
  const next = pageSource(place, leaf, chunk, toCell, fail);
  let page: Page | undefined;
  let [left, read, nulls, begin] = [0, 0, 0, chunk.from];
  let ahead: number | undefined;
  const turn = (): Page => {
    while (page === undefined || left === 0) {
      countNulls(page, nulls);
      const found = next();
      if (found === undefined) return fail(`has ${read} values in its pages, not ${chunk.values}`);
      ({ page, at: begin } = found);
      [left, nulls] = [page.values, 0];
      read += left;
      if (read > chunk.values) return fail(`has more values in its pages than ${chunk.values}`);
    }
    return page;
  };
  const repeat = (): number => {
    const level = turn().repeated?.() ?? 0;
    if (level > leaf.lists.length) throw new PageFault(`has a list level of ${level}`);
    return level;
  };
  return {
    at: () => begin,
    single() {
      const { defined, cells } = turn();
      left--;
      const level = defined === undefined ? leaf.defined : defined();
      if (level === leaf.defined) return cells();
      if (level > leaf.defined) throw new PageFault(`has a level of ${level}, but the column has ${leaf.defined}`);
      nulls++;
      return "";
    },
    goesOn() {
      if (ahead === undefined && left === 0 && read === chunk.values) return false;
      ahead ??= repeat();
      return ahead > 0;
    },
    level() {
      const repeated = ahead ?? repeat();
      const defined = turn().defined?.() ?? leaf.defined;
      if (defined > leaf.defined) throw new PageFault(`has a level of ${defined}, but the column has ${leaf.defined}`);
      [ahead, left, nulls] = [undefined, left - 1, nulls + (defined < leaf.defined ? 1 : 0)];
      return { repeated, defined };
    },
    value: (defined) => (defined < leaf.defined ? "" : (page as Page).cells()),
    finish() {
      if (left > 0 || read !== chunk.values) fail(`has ${chunk.values} values, more than its rows take`);
      countNulls(page, nulls);
    },
  };
}

type Nested = readonly Nested[] | JsonCell | null;

/** Gives the lists of a column, row by row. */
function listReader(pages: PageReader, { lists, defined: most }: ParquetLeaf): NextValue<JsonCell> {
  return () => {
    const open: Nested[][] = [];
    let root: Nested = null;
    let items = 0;
    do {
      const { repeated, defined } = pages.level();
      if (repeated > 0 && (items === 0 || open[repeated - 1] === undefined))
        throw new PageFault("goes on with a list that is not there");
      if (items > 0 && repeated === 0) throw new PageFault("begins a row within another");
      if (++items > MOST_ITEMS) throw new PageFault(`has a list of more than ${MOST_ITEMS} values`);
      open.length = repeated;
      const put = (value: Nested, depth: number): void => {
        if (depth === 0) root = value;
        else open[depth - 1]?.push(value);
      };
      let depth = repeated;
      for (; depth < lists.length && defined >= (lists[depth] as number); depth++) {
        const list: Nested[] = [];
        put(list, depth);
        open.push(list);
      }
      if (depth === lists.length) put(defined === most ? pages.value(defined) : null, depth);
      else put(defined === (lists[depth] as number) - 1 ? [] : null, depth);
    } while (pages.goesOn());
    return cellOfJson(root);
  };
}

interface PageHeader {
  readonly struct: ThriftStruct;
  readonly type: number;
  readonly packed: Uint8Array;
  readonly size: number;
}

/** Returns the data pages of a chunk, one by one, with the place of each. */
function pageSource(
  { file, held }: GroupPlace,
  leaf: ParquetLeaf,
  chunk: ColumnChunk,
  toCell: (value: StoredValue) => JsonCell,
  fail: (what: string) => never,
): () => { readonly page: Page; readonly at: number } | undefined {
  let at = chunk.from;
  let dictionary: readonly JsonCell[] | undefined;
  let own = 0;
  const hold = (bytes: number): void => {
    held.bytes += bytes - own;
    own = bytes;
    if (held.bytes > MOST_HELD) throw new PageFault(`needs more than ${MOST_HELD} bytes together with those beside it`);
  };
  let kept = 0;
  const read = (begin: number): Page | undefined => {
    const { struct, type, packed, size } = pageHeader(file, begin, chunk.to, (end) => {
      at = end;
    });
    if (type === 1) return undefined;
    hold(kept + size);
    if (type === 2) {
      if (dictionary !== undefined) throw new PageFault("is a second dictionary");
      dictionary = dictionaryOf(struct, unpacked(packed, chunk.codec, size), leaf, toCell);
      kept = size + 8 * dictionary.length;
      hold(kept);
      return undefined;
    }
    if (type !== 0 && type !== 3) throw new PageFault(`is of type ${type}`);
    const parts =
      type === 0 ? firstForm(struct, packed, chunk, leaf, size) : secondForm(struct, packed, chunk, leaf, size);
    return { ...parts, cells: cellsOf(parts, leaf, dictionary, toCell) };
  };
  return () => {
    while (at < chunk.to) {
      const begin = at;
      try {
        const page = read(begin);
        if (page !== undefined) return { page, at: begin };
      } catch (error) {
        if (error instanceof PageFault || error instanceof ThriftFault)
          return fail(`the page at byte ${begin} ${error.message}`);
        throw error;
      }
    }
    return undefined;
  };
}

function pageHeader(file: PlacedBytes, at: number, end: number, next: (at: number) => void): PageHeader {
  let header: { readonly struct: ThriftStruct; readonly end: number } | undefined;
  for (let room = 1024; header === undefined; room *= 16) {
    const bytes = file.read(at, Math.min(room, end - at));
    try {
      header = readThrift(bytes, 0);
    } catch (error) {
      if (!(error instanceof ThriftFault) || !endsEarly(error) || room >= Math.min(MOST_HEADER, end - at)) throw error;
    }
  }
  const { struct } = header;
  const [type = -1, size = -1, length = -1, crc] = [1, 2, 3, 4].map((field) => thriftNumber(struct, field));
  const from = at + header.end;
  if (length < 0 || from + length > end) throw new PageFault(`says that it has ${length} bytes, beyond its column`);
  if (size < 0 || size > MOST_PAGE || length > MOST_PAGE)
    throw new PageFault(`says that it unpacks to ${size} bytes; the most are ${MOST_PAGE}`);
  next(from + length);
  const packed = file.read(from, length);
  if (packed.length < length) throw new PageFault("is cut off: the file has become shorter");
  if (crc !== undefined && crc32(packed) !== crc >>> 0) throw new PageFault("is corrupt: its checksum does not fit");
  return { struct, type, packed, size };
}

function unpacked(packed: Uint8Array, codec: number, size: number): Uint8Array {
  const bytes = unpackPage(packed, codec, size);
  if (typeof bytes === "string") throw new PageFault(bytes);
  return bytes;
}

const countIn = (struct: ThriftStruct | undefined, field: number): number => {
  const count = thriftNumber(struct, field) ?? -1;
  if (count < 0 || count > MOST_PAGE_VALUES)
    throw new PageFault(`says that it has ${count} values; the most are ${MOST_PAGE_VALUES}`);
  return count;
};

function dictionaryOf(
  struct: ThriftStruct,
  bytes: Uint8Array,
  { type, length }: ParquetLeaf,
  toCell: (value: StoredValue) => JsonCell,
): readonly JsonCell[] {
  const count = countIn(thriftStruct(struct, 7), 1);
  const next = plainValues(bytes, type, length);
  const cells: JsonCell[] = [];
  // Each value takes bytes, so a count that lies ends here.
  for (let i = 0; i < count; i++) cells.push(toCell(next()));
  return cells;
}

/** A data page: its levels, and the bytes of its values. */
interface PageParts {
  readonly values: number;
  readonly repeated?: NextValue<number>;
  readonly defined?: NextValue<number>;
  readonly nulls?: number;
  readonly encoding: number;
  readonly bytes: Uint8Array;
}

const levelBits = (most: number): number => 32 - Math.clz32(most);

const [PLAIN, PLAIN_DICTIONARY, RLE, DELTA, DELTA_LENGTHS, DELTA_TEXTS, DICTIONARY, SPLIT] = [0, 2, 3, 5, 6, 7, 8, 9];

/** A page whose levels are packed with its values, each behind its length. */
function firstForm(
  struct: ThriftStruct,
  packed: Uint8Array,
  { codec }: ColumnChunk,
  { lists, defined }: ParquetLeaf,
  size: number,
): PageParts {
  const header = thriftStruct(struct, 5);
  const bytes = unpacked(packed, codec, size);
  let at = 0;
  const levels = (most: number, field: number): NextValue<number> | undefined => {
    if (most === 0) return undefined;
    if (thriftNumber(header, field) !== RLE)
      throw new PageFault("has levels in an encoding of old, which nnc does not read");
    const length =
      at + 4 > bytes.length ? bytes.length : new DataView(bytes.buffer, bytes.byteOffset + at, 4).getUint32(0, true);
    at += 4 + length;
    if (at > bytes.length) throw new PageFault("has levels that reach beyond it");
    return hybridValues(bytes.subarray(at - length, at), levelBits(most));
  };
  const repeated = levels(lists.length, 4);
  const present = levels(defined, 3);
  return {
    ...{ values: countIn(header, 1), encoding: thriftNumber(header, 2) ?? -1, bytes: bytes.subarray(at) },
    ...(repeated === undefined ? {} : { repeated }),
    ...(present === undefined ? {} : { defined: present }),
  };
}

/** A page whose levels stand before its packed values. */
function secondForm(
  struct: ThriftStruct,
  packed: Uint8Array,
  { codec }: ColumnChunk,
  { lists, defined }: ParquetLeaf,
  size: number,
): PageParts {
  const header = thriftStruct(struct, 8);
  const [present, repeated] = [countIn(header, 5), countIn(header, 6)];
  const levels = present + repeated;
  if (levels > packed.length || levels > size) throw new PageFault("has levels that reach beyond it");
  const rest = packed.subarray(levels);
  const plain = header?.get(7) === false || (size === levels && rest.length === 0);
  if (plain && rest.length !== size - levels) throw new PageFault(`has ${rest.length} bytes, not ${size - levels}`);
  const part = (from: number, to: number, most: number): NextValue<number> | undefined =>
    most === 0 ? undefined : hybridValues(packed.subarray(from, to), levelBits(most));
  const [lists2, there] = [part(0, repeated, lists.length), part(repeated, levels, defined)];
  return {
    ...{ values: countIn(header, 1), nulls: countIn(header, 2), encoding: thriftNumber(header, 4) ?? -1 },
    bytes: plain ? rest : unpacked(rest, codec, size - levels),
    ...(lists2 === undefined ? {} : { repeated: lists2 }),
    ...(there === undefined ? {} : { defined: there }),
  };
}

/** Gives the cells of a page's values. */
function cellsOf(
  { values, bytes, encoding }: PageParts,
  { type, length }: ParquetLeaf,
  dictionary: readonly JsonCell[] | undefined,
  toCell: (value: StoredValue) => JsonCell,
): NextValue<JsonCell> {
  if (encoding === DICTIONARY || encoding === PLAIN_DICTIONARY) {
    if (dictionary === undefined) throw new PageFault("has no dictionary before it");
    const next = hybridValues(bytes.subarray(1), bytes[0] ?? 0);
    return () => {
      const at = next();
      const cell = dictionary[at];
      if (cell === undefined) throw new PageFault(`has value ${at} of a dictionary of ${dictionary.length}`);
      return cell;
    };
  }
  const next = storedValuesOf(encoding, bytes, type, length, values);
  return () => toCell(next());
}

function storedValuesOf(
  encoding: number,
  bytes: Uint8Array,
  type: ParquetLeaf["type"],
  length: number,
  values: number,
): NextValue<StoredValue> {
  const texts = type === "BYTE_ARRAY" || type === "FIXED_LEN_BYTE_ARRAY";
  if (encoding === PLAIN) return plainValues(bytes, type, length);
  if (encoding === RLE && type === "BOOLEAN") {
    const next = hybridValues(bytes.subarray(4), 1);
    return () => next() === 1;
  }
  if (encoding === DELTA) return deltaValues(bytes, type);
  if (encoding === DELTA_LENGTHS && type === "BYTE_ARRAY") return deltaTexts(bytes, values);
  if (encoding === DELTA_TEXTS && texts) {
    const next = prefixedTexts(bytes, values);
    if (type === "BYTE_ARRAY") return next;
    return () => {
      const value = next();
      if (value.length !== length) throw new PageFault(`has a value of ${value.length} bytes, not ${length}`);
      return value;
    };
  }
  if (encoding === SPLIT) return splitValues(bytes, type, length);
  throw new PageFault(`is of encoding ${encoding}, which nnc does not read for ${type}`);
}
