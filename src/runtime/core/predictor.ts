// A trained model alone, for pages and servers: rows in the terms of the data go in, what the model says about each comes out. It
// checks the rows, encodes them as the training did, and runs the model's forward pass.

import type { Encoders } from "./encode.ts";
import { RunError } from "./error.ts";
import type { ColumnInfo, Numbers } from "./program.ts";
import { expectedText, firstMisfit, typedArrayName, valueText } from "./values.ts";
import { type TextModel, writtenTexts } from "./writing.ts";

/** A field of a row, and the column of the program that it becomes. */
export interface PredictorInput {
  /** Its name in a row. */
  readonly key: string;
  /** A text, one number, numbers in a row, or a record of numbers by `names`. */
  readonly takes: "text" | "number" | "numbers" | "record";
  readonly names?: readonly string[];
  readonly column: ColumnInfo;
  /** Its place in memory, in bytes. */
  readonly at: number;
  /** What encodes it, with what that learned; it encodes so many numbers at a time. */
  readonly encoder?: {
    readonly module: string;
    readonly options: Readonly<Record<string, unknown>>;
    readonly learned: readonly (string | number)[];
    readonly elements: number;
  };
}

/** An output of the program, and what its numbers mean. */
export interface PredictorOutput {
  /** Its name in a prediction. */
  readonly key: string;
  readonly dtype: ColumnInfo["dtype"];
  readonly elements: number;
  readonly at: number;
  /** Where its numbers stand for classes: how they are called. */
  readonly numbers?: "probabilities" | "scores";
  /** The names of the classes; without them, a class is its number. */
  readonly labels?: readonly string[];
  /** What was subtracted from the target, and then divided by. */
  readonly scale?: { readonly mean: readonly number[]; readonly deviation: readonly number[] };
}

/** Weights that lie one after another: their place in memory, and how many there are. */
export type WeightRun = readonly [at: number, count: number];

export interface PredictorFacts {
  readonly batch: number;
  readonly inputs: readonly PredictorInput[];
  readonly outputs: readonly PredictorOutput[];
  readonly weights: readonly WeightRun[];
  /** Whether each weight has two bytes in place of four. */
  readonly half: boolean;
  /** The hash of the bytes of the weights, where they come from elsewhere. */
  readonly hash?: number;
  /** How the model writes texts; its answers are these alone. */
  readonly writing?: WritingFacts;
}

/** The input with the text so far, and the output with numbers for each token. */
export interface WritingFacts {
  readonly soFar: PredictorInput;
  readonly output: { readonly at: number; readonly length: number };
  readonly steps: number;
  readonly classes: number;
}

/** Writes a text for each of the first `n` rows in memory. */
export type TextWriter = (n: number) => readonly string[];

/** The forward pass in its memory, on the first `samples` rows. */
export interface PredictorCode {
  readonly memory: ArrayBufferLike;
  run(samples: number): void;
}

type Given = Readonly<Record<string, unknown>>;
type Value = string | number | Numbers | { readonly label: string | number };

/** A number of 16 bits (IEEE 754 binary16). */
function halfNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** Copies the weights to their places. Throws a RunError for bytes of other weights. */
function setWeights({ weights, half, hash }: PredictorFacts, { memory }: PredictorCode, bytes: Uint8Array): void {
  const size = half ? 2 : 4;
  const wanted = weights.reduce((sum, [, count]) => sum + count * size, 0);
  let found = 0x811c9dc5;
  if (hash !== undefined)
    for (let i = 0; i < bytes.length; i++) found = Math.imul(found ^ (bytes[i] as number), 0x01000193);
  if (bytes.length !== wanted || (hash !== undefined && found >>> 0 !== hash))
    throw new RunError(
      `createPredictor: these are not the weights that this module was compiled with: ${bytes.length} bytes, wanted ${wanted}`,
    );
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Most machines keep numbers as the bytes have them.
  const asTheyAre = !half && new Uint8Array(Float32Array.of(1).buffer)[3] === 63;
  let from = 0;
  for (const [at, count] of weights) {
    if (asTheyAre) {
      new Uint8Array(memory, at, 4 * count).set(bytes.subarray(from, from + 4 * count));
      from += 4 * count;
      continue;
    }
    const to = new Float32Array(memory, at, count);
    for (let i = 0; i < count; i++, from += size)
      to[i] = half ? halfNumber(view.getUint16(from, true)) : view.getFloat32(from, true);
  }
}

const viewOf = (memory: ArrayBufferLike, dtype: ColumnInfo["dtype"], at: number, length: number): Numbers =>
  dtype === "f32"
    ? new Float32Array(memory, at, length)
    : dtype === "u8"
      ? new Uint8Array(memory, at, length)
      : new Int32Array(memory, at, length);

const sizeOf = ({ shape }: ColumnInfo): number => shape.reduce((a, b) => a * b, 1);

/** Returns the numbers of a field of a row. Throws a RunError that says what is wrong with them. */
function rowNumbersOf({ key, takes, names = [], column }: PredictorInput, value: unknown, where: string): Float32Array {
  const count = sizeOf(column);
  const wrong = (what: string): never => {
    throw new RunError(`${where}: '${key}' ${what}`);
  };
  let list: ArrayLike<unknown> = [value];
  if (takes === "record") {
    if (typeof value !== "object" || value === null) wrong(`must be a record of numbers, not ${valueText(value)}`);
    const record = value as Given;
    const missing = names.find((name) => !Object.hasOwn(record, name));
    if (missing !== undefined) wrong(`has no '${missing}'`);
    list = names.map((name) => record[name]);
  } else if (takes === "numbers") {
    if (!Array.isArray(value) && typedArrayName(value) === undefined)
      wrong(`must be a list of ${count} numbers, not ${valueText(value)}`);
    list = value as ArrayLike<unknown>;
  }
  if (list.length !== count) wrong(`has ${list.length} numbers, but must have ${count}`);
  // Encoders read real numbers, whatever they make of them.
  const info: ColumnInfo =
    takes !== "text" && column.encoder !== undefined ? { name: key, dtype: "f32", shape: column.shape } : column;
  const bad = firstMisfit(list as ArrayLike<number>, info);
  if (bad !== undefined) {
    const place = takes === "number" ? "" : takes === "record" ? `.${names[bad]}` : `[${bad}]`;
    throw new RunError(`${where}: '${key}${place}' is ${valueText(list[bad])}, but must be ${expectedText(info)}`);
  }
  return Float32Array.from(list as ArrayLike<number>);
}

/** Returns the function that writes the field of row `i` to its place. */
function writerOf(input: PredictorInput, memory: ArrayBufferLike, batch: number, encoders: Encoders) {
  const { column, encoder, key, takes, at } = input;
  const count = sizeOf(column);
  const to = viewOf(memory, column.dtype, at, batch * count);
  if (encoder === undefined)
    return (value: unknown, i: number, where: string): void => to.set(rowNumbersOf(input, value, where), i * count);
  const { module, options, learned, elements } = encoder;
  const known = encoders[module];
  if (known === undefined) throw new RunError(`the module lacks the encoder '${module}'`);
  if (known.numbers === true) {
    const write = known.writer(learned, options, elements);
    const made = to.slice(0, count);
    return (value: unknown, i: number, where: string): void => {
      const from = rowNumbersOf(input, value, where);
      for (let start = 0; start < count; start += elements) write(from, made, start);
      to.set(made, i * count);
    };
  }
  const write = known.writer(learned.map(String), options, count);
  return (value: unknown, i: number, where: string): void => {
    if (takes !== "text" || typeof value !== "string")
      throw new RunError(`${where}: '${key}' must be a text, not ${valueText(value)}`);
    to.fill(0, i * count, (i + 1) * count);
    const wrong = write(value, to, i * count);
    if (wrong !== undefined) throw new RunError(`${where}: '${key}' ${wrong}`);
  };
}

/** Returns the function that reads what the model says about row `i`. */
function readerOf(
  { dtype, elements, at, numbers, labels, scale }: PredictorOutput,
  memory: ArrayBufferLike,
  batch: number,
) {
  const from = viewOf(memory, dtype, at, batch * elements);
  return (i: number): Value => {
    const values = from.slice(i * elements, (i + 1) * elements);
    if (numbers !== undefined) {
      const list = Array.from(values);
      const best = list.indexOf(Math.max(...list));
      const named = labels === undefined ? list : Object.fromEntries(labels.map((label, k) => [label, list[k]]));
      return { label: labels?.[best] ?? best, [numbers]: named };
    }
    if (scale !== undefined) {
      const { mean, deviation } = scale;
      // Windows over rows have the scale of a row in each.
      for (let k = 0; k < elements; k++)
        values[k] = (values[k] as number) * (deviation[k % mean.length] as number) + (mean[k % mean.length] as number);
    }
    return elements === 1 ? (values[0] as number) : values;
  };
}

const isRow = (row: unknown): row is Given =>
  typeof row === "object" && row !== null && !Array.isArray(row) && typedArrayName(row) === undefined;

/** Returns what writes texts. */
export function textWriter(
  { inputs, batch, writing }: PredictorFacts,
  { memory, run }: PredictorCode,
  encoders: Encoders,
): TextWriter {
  const { soFar, output, steps, classes } = writing as WritingFacts;
  const { column, encoder, at } = soFar;
  const known = encoder === undefined ? undefined : encoders[encoder.module];
  const reader =
    known === undefined || known.numbers === true || encoder === undefined
      ? undefined
      : known.reader?.(encoder.learned.map(String), encoder.options);
  if (reader === undefined) throw new RunError(`the module lacks the encoder of '${column.name}'`);
  const views = inputs.map((input) => viewOf(memory, input.column.dtype, input.at, batch * sizeOf(input.column)));
  const model: TextModel = {
    inputs: { [column.name]: viewOf(memory, column.dtype, at, batch * sizeOf(column)) },
    outputs: { output: new Float32Array(memory, output.at, batch * output.length) },
    predict: run,
  };
  return (n) => {
    const rows = views.map((view) => view.slice());
    return writtenTexts(model, { soFar: column, output: "output", steps, classes }, reader, n, () => {
      for (const [i, view] of views.entries()) view.set(rows[i] as Numbers);
    });
  };
}

/** Puts the weights in place, and returns the function that predicts for one row or a list of rows. Throws a RunError. */
export function openPredictor(
  facts: PredictorFacts,
  code: PredictorCode,
  encoders: Encoders,
  weights: unknown,
  writer?: TextWriter,
) {
  const { inputs, outputs, batch } = facts;
  if (typeof weights !== "object" || weights === null || !("byteLength" in weights))
    throw new RunError(`createPredictor takes the bytes of the weights, a Uint8Array, not ${valueText(weights)}`);
  setWeights(
    facts,
    code,
    ArrayBuffer.isView(weights)
      ? new Uint8Array(weights.buffer, weights.byteOffset, weights.byteLength)
      : new Uint8Array(weights as ArrayBuffer),
  );
  const writers = inputs.map((input) => ({ key: input.key, write: writerOf(input, code.memory, batch, encoders) }));
  const readers = outputs.map((output) => ({ key: output.key, read: readerOf(output, code.memory, batch) }));
  const keys = inputs.map(({ key }) => key).join(", ");
  const put = (row: unknown, i: number, where: string): void => {
    if (!isRow(row)) throw new RunError(`${where}: a row is a record, { ${keys} }, not ${valueText(row)}`);
    for (const { key, write } of writers) {
      if (!Object.hasOwn(row, key)) throw new RunError(`${where}: the row has no '${key}'; it needs ${keys}`);
      write(row[key], i, where);
    }
  };
  const all = (rows: readonly unknown[], where: (i: number) => string) => {
    const results: Record<string, Value>[] = [];
    for (let start = 0; start < rows.length; start += batch) {
      const n = Math.min(batch, rows.length - start);
      for (let i = 0; i < n; i++) put(rows[start + i], i, where(start + i));
      if (writer !== undefined) {
        for (const generated of writer(n)) results.push({ generated });
        continue;
      }
      code.run(n);
      for (let i = 0; i < n; i++) results.push(Object.fromEntries(readers.map(({ key, read }) => [key, read(i)])));
    }
    return results;
  };
  return {
    predict: (given: unknown) =>
      Array.isArray(given) ? all(given, (i) => `predict, row ${i}`) : all([given], () => "predict")[0],
  };
}
