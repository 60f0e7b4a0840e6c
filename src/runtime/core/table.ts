// A table under construction: rows of cells become the columns that a program needs, numbers or texts, with the line of each row.

import { type DataPart, elementsOf, madeOf, newColumn, windowsOver } from "./dataset.ts";
import { RunError } from "./error.ts";
import { numberOfCell } from "./formats/cells.ts";
import type { CellArray, JsonCell } from "./formats/jsonValues.ts";
import type { ColumnInfo, Numbers } from "./program.ts";
import { countText, safeText } from "./text.ts";
import { expectedText, firstMisfit, listText, valueText } from "./values.ts";

/** A cell of a row: a text, or a value with a type. */
export type Cell = JsonCell;

export interface TableOptions {
  /** The file, for messages. */
  readonly path: string;
  /** What a row is called in messages; by default `line`. */
  readonly unit?: string;
  /** The name of a source that has the option `missing`. */
  readonly source?: string;
  /** Whether a text is never a number. */
  readonly typed?: true;
  /** What to do with a missing number. */
  readonly missing: "error" | "drop" | number;
  readonly signal?: AbortSignal;
  /** The column whose text each row keeps as its key. */
  readonly key?: string;
  /** Samples are windows of rows, each that much after the one before. */
  readonly stride?: number;
}

/** The rows of a table, with the line of each. */
export interface TablePart extends DataPart {
  readonly lines: Int32Array;
}

export interface Table {
  /** Adds a row; `line` is where it starts. Throws a RunError that names the line and the column of a cell that does not fit. */
  add(cells: readonly Cell[], line: number): void;
  finish(): TablePart;
  /** The number of rows so far, and about how many bytes they take. */
  count(): number;
  bytes(): number;
  /** Says where a line is. */
  where(line: number): string;
}

/** A column of numbers, with the cells of a row that it takes. */
interface NumberColumn {
  readonly info: ColumnInfo;
  readonly cells: readonly number[];
  readonly elements: number;
  /** The shape of the array that one cell holds. */
  readonly array?: readonly number[];
  values: Numbers;
}

/** The columns of a table, and the header that names its cells. */
interface Layout {
  readonly numbers: NumberColumn[];
  readonly texts: readonly { readonly name: string; readonly cell: number; readonly values: string[] }[];
}

function cellOf(name: string, header: readonly string[], path: string): number {
  const at = header.indexOf(name);
  if (at >= 0) return at;
  throw new RunError(`${safeText(path)}: has no column '${safeText(name)}'; it has ${listText(header)}`);
}

/** Finds the cells of each column. Throws a RunError for a name that the header does not have. */
function layoutOf(
  header: readonly string[],
  numeric: readonly boolean[],
  columns: readonly ColumnInfo[],
  { path, stride, typed }: TableOptions,
): Layout {
  const place = (name: string): number => cellOf(name, header, path);
  const ofText = ({ encoder }: ColumnInfo): boolean => encoder !== undefined && encoder.numbers === undefined;
  const encoded = new Set(columns.filter(ofText).flatMap(madeOf));
  const texts = [...encoded].map((name) => ({ name, cell: place(name), values: [] }));
  const numbers = columns.flatMap((column): readonly NumberColumn[] => {
    if (ofText(column)) return [];
    // An encoder reads real numbers, whatever it makes of them, or whole ones.
    const info =
      column.encoder === undefined
        ? column
        : {
            name: column.name,
            dtype: column.encoder.whole === true ? ("i32" as const) : ("f32" as const),
            shape: column.shape,
            from: madeOf(column),
            ...(column.except === undefined ? {} : { except: column.except }),
          };
    const cells = info.except === undefined ? madeOf(info).map(place) : numericBut(header, numeric, info.except);
    const shape = stride === undefined ? info.shape : info.shape.slice(1);
    const elements = elementsOf(shape);
    const made = { info, cells, elements, values: roomFor({ info, elements }, FIRST_ROOM) };
    if (typed === true && cells.length === 1 && shape.length > 0) return [{ ...made, array: shape }];
    if (cells.length !== elements)
      throw new RunError(
        `${safeText(path)}: '${safeText(info.name)}' has ${countText(cells.length)} columns, but the program was compiled for ` +
          `${countText(elements)}: ${listText(cells.map((cell) => header[cell] ?? ""))}`,
      );
    return [made];
  });
  return { numbers, texts };
}

const FIRST_ROOM = 1024;

/** Makes room for so many rows of a column. */
const roomFor = ({ info, elements }: Pick<NumberColumn, "info" | "elements">, rows: number): Numbers =>
  newColumn({ ...info, shape: [elements] }, rows);

function larger<T extends Numbers>(values: T, more: T): T {
  more.set(values);
  return more;
}

function enterNumbers(numbers: readonly NumberColumn[], row: readonly (readonly number[])[], at: number): void {
  for (let i = 0; i < numbers.length; i++) {
    const { values, elements } = numbers[i] as NumberColumn;
    const own = row[i] as readonly number[];
    for (let j = 0; j < elements; j++) values[at * elements + j] = own[j] as number;
  }
}

/** Returns an empty table for the columns. `header` names the cells; `numeric` says which of them hold numbers. */
export function newTable(
  header: readonly string[],
  numeric: readonly boolean[],
  columns: readonly ColumnInfo[],
  options: TableOptions,
): Table {
  const { path } = options;
  const { numbers, texts } = layoutOf(header, numeric, columns, options);
  const { unit = "line" } = options;
  const where = (line: number): string => `${safeText(path)}, ${unit} ${line}`;
  const row: number[][] = numbers.map(() => []);
  const keys: string[] = [];
  const keyCell = options.key === undefined ? -1 : cellOf(options.key, header, path);
  const rowBytes = numbers.reduce((sum, { values, elements }) => sum + elements * values.BYTES_PER_ELEMENT, 4);
  let count = 0;
  let textBytes = 0;
  let dropped = 0;
  let lines = new Int32Array(FIRST_ROOM);
  const grow = (): void => {
    const room = 2 * lines.length;
    for (const column of numbers) column.values = larger(column.values, roomFor(column, room));
    lines = larger(lines, new Int32Array(room));
  };
  const textIn = (cells: readonly Cell[], cell: number, line: number): string => {
    const text = cells[cell] ?? "";
    if (typeof text !== "object") return String(text);
    throw new RunError(
      `${where(line)}: '${safeText(header[cell] ?? "")}' is ${textOfAnyCell(text)}, but must be a text`,
    );
  };
  return {
    add(cells, line) {
      for (let i = 0; i < numbers.length; i++) {
        const values = row[i] as number[];
        const misfit = readNumbers(cells, header, numbers[i] as NumberColumn, values, options);
        if (misfit === "drop") {
          dropped++;
          return;
        }
        if (misfit !== undefined) throw new RunError(`${where(line)}: ${misfit}`);
      }
      if (count === lines.length) grow();
      enterNumbers(numbers, row, count);
      for (const { cell, values } of texts) values.push(textIn(cells, cell, line));
      // A text that is part of a line holds all of the line in memory.
      if (texts.length > 0 || keyCell >= 0) textBytes += bytesOfCells(cells) + 32 * (texts.length + 1);
      if (keyCell >= 0) keys.push(textIn(cells, keyCell, line));
      lines[count++] = line;
    },
    count: () => count,
    bytes: () => count * rowBytes + textBytes,
    where,
    finish: () =>
      partOf({ header, columns, numbers, texts, count, dropped, lines: lines.slice(0, count) }, where, {
        ...(options.stride === undefined ? {} : { stride: options.stride }),
        ...(keyCell < 0 ? {} : { keys }),
      }),
  };
}

/** The rows of a table so far. */
interface RowsRead extends Layout {
  readonly header: readonly string[];
  readonly columns: readonly ColumnInfo[];
  readonly count: number;
  readonly dropped: number;
  readonly lines: Int32Array;
}

function partOf(
  { header, columns, numbers, texts, count, dropped, lines }: RowsRead,
  where: (line: number) => string,
  { stride, keys }: { readonly stride?: number; readonly keys?: readonly string[] },
): TablePart {
  return {
    lines,
    ...(stride === undefined ? { count } : windowsOver(count, stride, columns)),
    columns: Object.fromEntries(
      numbers.map(({ info, values, elements }) => [info.name, values.slice(0, count * elements)]),
    ),
    texts: Object.fromEntries(texts.map(({ name, values }) => [name, values])),
    place: (at) => where(lines[at * (stride ?? 1)] ?? 0),
    made: Object.fromEntries(
      numbers
        .filter(({ info }) => info.except !== undefined || info.from !== undefined)
        .map(({ info, cells }) => [info.name, cells.map((cell) => header[cell] ?? "")]),
    ),
    dropped,
    ...(keys === undefined ? {} : { keys }),
  };
}

function bytesOfCells(cells: readonly Cell[]): number {
  let bytes = 0;
  for (const cell of cells) bytes += typeof cell === "string" ? 2 * cell.length : 8;
  return bytes;
}

const arraySizes = (shape: readonly number[]): string => shape.join(" × ") || "one number";

const textOfAnyCell = (cell: Cell): string =>
  typeof cell !== "object" ? valueText(cell) : "what" in cell ? cell.what : `an array of ${arraySizes(cell.shape)}`;

/** Reads the numbers of a column from a row; returns what is wrong with a cell, or `drop` for a row to leave out. */
function readNumbers(
  cells: readonly Cell[],
  header: readonly string[],
  { info, cells: wanted, array, elements }: NumberColumn,
  values: number[],
  options: TableOptions,
): string | undefined {
  const { missing, source, typed } = options;
  const named = (i: number): string => `'${safeText(header[wanted[i] ?? 0] ?? "")}'`;
  for (let j = 0; j < wanted.length; j++) {
    const cell = cells[wanted[j] as number] ?? "";
    const number = typed === true ? (cell === "" ? "missing" : cell) : numberOfCell(String(cell));
    if (number === "missing" && missing === "drop") return "drop";
    if (number === "missing" && missing === "error")
      return `${named(j)} is missing${source === undefined ? "" : `; leave such rows out with ${source}(…, missing: drop), or fill in a number: missing: 0`}`;
    if (array !== undefined && number !== "missing") {
      const misfit = readArray(cell, array, values);
      if (misfit !== undefined) return `${named(j)} is ${textOfAnyCell(cell)}, but must be ${misfit}`;
    } else if (number === "missing")
      for (let i = 0; i < (array === undefined ? 1 : elements); i++) values[j + i] = Number(missing);
    else if (typeof number === "number") values[j] = number;
    else return `${named(j)} is ${textOfAnyCell(cell)}, but must be a number`;
  }
  const bad = firstMisfit(values, info);
  return bad === undefined
    ? undefined
    : `${named(array === undefined ? bad : 0)} is ${valueText(values[bad])}${array === undefined ? "" : ` at place ${bad}`}, but must be ${expectedText(info)}`;
}

/** Reads the numbers of a cell that holds an array; says what it must be if it is none of that shape. */
function readArray(cell: Cell, shape: readonly number[], values: number[]): string | undefined {
  const given: CellArray | undefined =
    typeof cell === "number"
      ? { shape: [], values: [cell] }
      : typeof cell === "object" && "shape" in cell
        ? cell
        : undefined;
  const ones = (sizes: readonly number[]): string => sizes.filter((size) => size !== 1).join();
  if (given === undefined || ones(given.shape) !== ones(shape)) return `an array of ${arraySizes(shape)} numbers`;
  for (const [i, value] of given.values.entries()) values[i] = value;
  return undefined;
}

const numericBut = (
  header: readonly string[],
  numeric: readonly boolean[],
  except: readonly string[],
): readonly number[] => header.flatMap((name, i) => (numeric[i] === true && !except.includes(name) ? [i] : []));
