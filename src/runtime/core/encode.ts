// Makes the numbers of encoded columns: an encoder learns from the training rows alone, then writes the numbers of every row. It
// knows encoders by their contract.

import {
  type DataPart,
  type Dataset,
  elementsOf,
  elementsOfRow,
  madeOf,
  newColumn,
  type Rows,
  rowsHeld,
} from "./dataset.ts";
import { RunError } from "./error.ts";
import type { ColumnInfo, Numbers } from "./program.ts";
import { windowsOfTokens } from "./running.ts";
import { safeText } from "./text.ts";
import { listText } from "./values.ts";

export type EncoderOptions = Readonly<Record<string, unknown>>;

/**
 * Writes the numbers of a text from `at` on; returns what is wrong with the text, if it has no numbers. `more` are the texts of further
 * columns.
 */
export type WriteText = (text: string, to: Numbers, at: number, more?: readonly string[]) => string | undefined;

/** An encoder of text. A module of core/encoders exports one encoder, with the name of the file and `Encoder` after it. */
export interface Encoder {
  readonly numbers?: undefined;
  /** Returns what it learns from the texts of the training rows. Throws a RunError where they do not fit its options. */
  learn(texts: Iterable<string>, options: EncoderOptions): readonly string[];
  /** Returns the function that encodes with what was learned; `length` numbers for each text. */
  writer(learned: readonly string[], options: EncoderOptions, length: number): WriteText;
  /** Returns what makes texts of tokens again, for an encoder whose tokens follow each other as in the text. */
  reader?(learned: readonly string[], options: EncoderOptions): TokenReader;
}

/** Makes tokens of texts of any length, and texts of tokens. */
export interface TokenReader {
  /** The tokens that a text is made of, without marks: the first one, and the place after the last. */
  readonly first: number;
  readonly end: number;
  /** The marks where a text begins and where it ends, in a field that has them. */
  readonly marks: { readonly first?: number | undefined; readonly last?: number | undefined };
  /** What stands between the texts of two tokens. */
  readonly joint: string;
  /** Returns the tokens of a text. Throws a RunError for a text that has none. */
  tokens(text: string): readonly number[];
  /** Returns the text of tokens, up to one that ends it. What fills up has no text. */
  text(tokens: Iterable<number>): string;
  /** Returns the words by which a text counts as like another. */
  words(text: string): readonly string[];
}

/** Samples `rows` of the values of a column. */
export interface NumberPiece {
  readonly values: Numbers;
  readonly rows: Int32Array;
}

/** An encoder of numbers, `elements` of them a sample. */
export interface NumberEncoder {
  readonly numbers: true;
  /** Returns what it learns from the samples of all pieces, which it may go through several times. */
  learn(pieces: Iterable<NumberPiece>, elements: number, options: EncoderOptions): readonly number[];
  /** Returns the function that encodes the sample at `at`, to the same place. */
  writer(
    learned: readonly (string | number)[],
    options: EncoderOptions,
    elements: number,
  ): (from: Numbers, to: Numbers, at: number) => void;
}

export type AnyEncoder = Encoder | NumberEncoder;
export type Encoders = Readonly<Record<string, AnyEncoder>>;

/** What the encoders of a program's columns have learned, by the names of the columns. */
export type Learned = Readonly<Record<string, readonly (string | number)[]>>;

/** Texts of some rows, in order. */
function* textsOf({ part, rows }: Rows, column: string): Generator<string> {
  const texts = part.texts?.[column] ?? [];
  for (const row of rows) yield texts[row] ?? "";
}

const COLUMNS_OF = "columns of ";

/**
 * Returns the columns as the training with these weights read them: what stands side by side keeps its order. Throws a RunError for
 * weights of other columns.
 */
export function asLearned(columns: readonly ColumnInfo[], learned: Learned, where: string): readonly ColumnInfo[] {
  return columns.map((column) => {
    const { except, ...info } = column;
    const name = safeText(info.name);
    if (info.encoder !== undefined && learned[info.name] === undefined)
      throw new RunError(
        `${safeText(where)}: does not have what the training learned of '${name}'; these are weights of another program`,
      );
    const known = learned[COLUMNS_OF + info.name]?.map(String);
    // Without the names of its columns at hand, a program takes those of the training.
    const own = info.from === undefined || info.from.length === 0 ? undefined : info.from;
    if (known !== undefined && own !== undefined && known.join("\n") !== own.join("\n"))
      throw new RunError(
        `${safeText(where)}: '${name}' was made of other columns: ${listText(known)}, now ${listText(own)}`,
      );
    if (known === undefined) return except === undefined ? info : { ...info, except };
    return { ...info, from: known };
  });
}

function encoderOf({ encoder, name }: ColumnInfo, encoders: Encoders): AnyEncoder | undefined {
  if (encoder === undefined) return undefined;
  const found = Object.hasOwn(encoders, encoder.module) ? encoders[encoder.module] : undefined;
  if (found === undefined) throw new RunError(`the trainer lacks the encoder of '${safeText(name)}'`);
  return found;
}

/** The rows that training samples are made of, each once: windows share theirs. */
function rowsSeen({ part: { windows }, rows }: Rows): Int32Array {
  if (windows === undefined) return rows;
  const seen = new Uint8Array(windows.rows);
  for (const row of rows) seen.fill(1, row * windows.stride, row * windows.stride + windows.reach);
  return Int32Array.from(Array.from(seen.keys()).filter((row) => seen[row] === 1));
}

/** Training rows as encoders read them. */
export interface LearnedFrom {
  readonly made: DataPart["made"];
  /** The texts of a column of the source, in order. */
  texts(column: string): Iterable<string>;
  /** The numbers of a column of the program, each row once. */
  numbers(info: ColumnInfo): Iterable<NumberPiece>;
  /** The numbers of that column in one row. */
  elements(info: ColumnInfo): number;
}

function inMemory(train: Rows): LearnedFrom {
  const seen = rowsSeen(train);
  return {
    made: train.part.made,
    texts: (column) => ({ [Symbol.iterator]: () => textsOf(train, column) }),
    numbers: ({ name }) => [{ values: train.part.columns[name] ?? new Float32Array(), rows: seen }],
    elements: (info) => elementsOfRow(info, train.part),
  };
}

/** Learns from the training rows, for every column that an encoder makes. */
export const learnColumns = (train: Rows, columns: readonly ColumnInfo[], encoders: Encoders): Learned =>
  learnFrom(inMemory(train), columns, encoders);

/** The same from rows that may be anywhere. */
export function learnFrom(train: LearnedFrom, columns: readonly ColumnInfo[], encoders: Encoders): Learned {
  // The order of columns side by side is what the weights mean by them.
  const learned: Record<string, readonly (string | number)[]> = Object.fromEntries(
    Object.entries(train.made ?? {}).map(([name, columns]) => [COLUMNS_OF + name, columns]),
  );
  // Columns that begin elsewhere in the same text learn the same.
  const known = new Map<string, readonly string[]>();
  for (const info of columns) {
    const encoder = encoderOf(info, encoders);
    const [column = ""] = madeOf(info);
    if (encoder === undefined || info.encoder === undefined) continue;
    if (encoder.numbers === true) {
      learned[info.name] = encoder.learn(train.numbers(info), train.elements(info), info.encoder.options);
      continue;
    }
    const { shift: _, ...rest } = info.encoder.options;
    const key = JSON.stringify([column, info.encoder.module, rest]);
    try {
      const own = known.get(key) ?? encoder.learn(train.texts(column), info.encoder.options);
      known.set(key, own);
      learned[info.name] = own;
    } catch (error) {
      if (error instanceof RunError) throw new RunError(`column '${safeText(column)}': ${error.message}`);
      throw error;
    }
  }
  return learned;
}

/** Returns the part with its columns of text as numbers. Throws a RunError that names a row that has none. */
export function encodePart(
  part: DataPart,
  columns: readonly ColumnInfo[],
  encoders: Encoders,
  learned: Learned,
): DataPart {
  const made: Record<string, Numbers> = {};
  for (const info of columns) {
    const encoder = encoderOf(info, encoders);
    if (encoder === undefined || info.encoder === undefined) continue;
    const own = learned[info.name] ?? [];
    if (encoder.numbers === true) {
      made[info.name] = encodedNumbers(part, info, encoder, own);
      continue;
    }
    const [column = "", ...others] = madeOf(info);
    const textsIn = (name: string): readonly string[] => {
      const texts = part.texts?.[name];
      if (texts === undefined) throw new RunError(`the data has no column of text '${safeText(name)}'`);
      return texts;
    };
    const [texts, more] = [textsIn(column), others.map(textsIn)];
    const length = elementsOf(info.shape);
    const values = newColumn(info, part.count);
    const write = encoder.writer(own.map(String), info.encoder.options, length);
    for (let row = 0; row < part.count; row++) {
      const beside = more.length === 0 ? [] : more.map((one) => one[row] ?? "");
      const wrong = write(texts[row] ?? "", values, row * length, beside);
      if (wrong !== undefined)
        throw new RunError(`${part.place?.(row) ?? `example ${row}`}: '${safeText(column)}' ${wrong}`);
    }
    made[info.name] = values;
  }
  return { ...part, columns: { ...part.columns, ...made } };
}

function encodedNumbers(
  part: DataPart,
  info: ColumnInfo,
  encoder: NumberEncoder,
  learned: readonly (string | number)[],
): Numbers {
  const from = part.columns[info.name];
  if (from === undefined) throw new RunError(`the data has no column of numbers '${safeText(info.name)}'`);
  const elements = elementsOfRow(info, part);
  const count = rowsHeld(part);
  const to = newColumn({ ...info, shape: [elements] }, count);
  const write = encoder.writer(learned, info.encoder?.options ?? {}, elements);
  for (let row = 0; row < count; row++) write(from, to, row * elements);
  return to;
}

/** Tells apart encoders that make other tokens of a text: not those that begin at another token, or have another length. */
export function tokenKind({ module, options }: NonNullable<ColumnInfo["encoder"]>): string {
  const { shift: _, output_sequence_length: _length, ...rest } = options;
  return JSON.stringify([module, Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1))]);
}

/** Returns what makes texts of the tokens of an encoder, if it has such and the trainer has it. */
export function tokenReader(
  { encoder: used }: Pick<ColumnInfo, "encoder">,
  learned: readonly (string | number)[] | undefined,
  encoders: Encoders,
): TokenReader | undefined {
  if (used === undefined || learned === undefined) return undefined;
  const encoder = Object.hasOwn(encoders, used.module) ? encoders[used.module] : undefined;
  return encoder === undefined || encoder.numbers === true
    ? undefined
    : encoder.reader?.(learned.map(String), used.options);
}

/** Returns the data set with all columns as numbers; parts that rows share stay shared. */
export function encodeDataset(
  data: Dataset,
  columns: readonly ColumnInfo[],
  encoders: Encoders,
  learned: Learned,
): Dataset {
  if (columns.every(({ encoder }) => encoder === undefined)) return data;
  const parts = new Map<DataPart, DataPart>();
  const encoded = (given: Rows): Rows => {
    const { part, rows } = given;
    if (part.running !== undefined) {
      const reader = sharedReader(columns, encoders, learned);
      return windowsOfTokens(given, part.running, columns, (text) => reader.tokens(text));
    }
    const known = parts.get(part) ?? encodePart(part, columns, encoders, learned);
    parts.set(part, known);
    return { part: known, rows };
  };
  return {
    train: encoded(data.train),
    ...(data.validation === undefined ? {} : { validation: encoded(data.validation) }),
    ...(data.test === undefined ? {} : { test: encoded(data.test) }),
  };
}

/** Returns what makes tokens of running text: one encoder for all columns, because all of them have the same windows. */
function sharedReader(columns: readonly ColumnInfo[], encoders: Encoders, learned: Learned): TokenReader {
  const kinds = columns.map(({ encoder }) => encoder && tokenKind(encoder));
  const [info] = columns;
  const reader =
    info === undefined || new Set(kinds).size > 1 ? undefined : tokenReader(info, learned[info.name], encoders);
  if (reader === undefined)
    throw new RunError(
      `windows of tokens need one encoder with the same options for all fields: ${listText(columns.map(({ name }) => name))}`,
    );
  return reader;
}
