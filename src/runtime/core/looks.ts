// What an example looks like to a person: a picture, a text, or numbers by their names. Shapes tell which; programs do not say.

import { type DataPart, elementsOf, gatherBatch, madeOf, newColumn, type Rows } from "./dataset.ts";
import type { ColumnInfo, Numbers } from "./program.ts";

/** One view of an example. */
export type ExampleLook =
  | {
      readonly kind: "picture";
      readonly name: string;
      readonly width: number;
      readonly height: number;
      readonly channels: number;
      readonly pixels: Uint8Array;
    }
  | { readonly kind: "text"; readonly name: string; readonly text: string }
  | { readonly kind: "values"; readonly values: readonly (readonly [name: string, value: string])[] };

type PictureLook = Extract<ExampleLook, { readonly kind: "picture" }>;

/** Sides of what counts as a picture; of a larger one every second, third … pixel is shown. */
const LEAST_SIDE = 6;
const SHOWN_SIDE = 160;
const LONGEST_TEXT = 400;
const MOST_VALUES = 12;
/** Numbers in a row that are a recording. */
const LEAST_RECORDING = 1000;

/** Returns the sample of a column as it lies in the data, before any encoder. */
export function sampleOf({ part, rows }: Rows, row: number, info: ColumnInfo): Numbers {
  const values = newColumn(info.encoder === undefined ? info : { ...info, dtype: "f32" }, 1);
  gatherBatch({ part, rows }, undefined, row, 1, [info], { [info.name]: values });
  return values;
}

/** Returns the height, width and channels of a column that is a picture. */
function pictureShape({ shape, encoder }: ColumnInfo): readonly [number, number, number] | undefined {
  const [height = 0, width = 0, channels = 1] = shape;
  if (encoder !== undefined || (shape.length !== 2 && shape.length !== 3)) return undefined;
  return Math.min(height, width) >= LEAST_SIDE && [1, 3, 4].includes(channels) ? [height, width, channels] : undefined;
}

/** Returns the function that makes a byte of a number: bytes stay, shares are of 255, others fill the range. */
function byteOf(values: Numbers): (value: number) => number {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) [least, most] = [Math.min(least, value), Math.max(most, value)];
  if (values instanceof Uint8Array || (least >= 0 && most > 1 && most <= 255)) return (value) => value;
  if (least >= 0 && most <= 1) return (value) => 255 * value;
  return (value) => (most > least ? (255 * (value - least)) / (most - least) : 0);
}

/** Returns a picture of numbers, each pixel `channels` of them side by side. */
function picture(name: string, values: Numbers, shape: readonly [number, number, number]): PictureLook {
  const [fullHeight, fullWidth, channels] = shape;
  const step = Math.ceil(Math.max(fullHeight, fullWidth) / SHOWN_SIDE);
  const [height, width] = [Math.ceil(fullHeight / step), Math.ceil(fullWidth / step)];
  const toByte = byteOf(values);
  const pixels = new Uint8Array(height * width * channels);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < channels; c++)
        pixels[(y * width + x) * channels + c] = Math.round(
          toByte(values[(y * step * fullWidth + x * step) * channels + c] ?? 0),
        );
  return { kind: "picture", name, width, height, channels, pixels };
}

/** Colours of classes in a mask: as far from each other as their number allows. */
function classColour(at: number): readonly number[] {
  const turn = (at * 0.381966) % 1;
  return [0, 1 / 3, 2 / 3].map((third) => Math.round(128 + 110 * Math.cos(2 * Math.PI * (turn + third))));
}

/** Returns a mask of classes as a picture, each class in a colour of its own. */
export function maskLook(name: string, classes: ArrayLike<number>, shape: readonly number[]): PictureLook | undefined {
  const [height = 0, width = 0] = shape;
  if (shape.length !== 2 || Math.min(height, width) < LEAST_SIDE) return undefined;
  const pixels = Uint8Array.from({ length: height * width * 3 }, (_, i) => {
    const at = classes[Math.floor(i / 3)] ?? 0;
    return at === 0 ? 0 : (classColour(at)[i % 3] ?? 0);
  });
  return picture(name, pixels, [height, width, 3]);
}

const FRAME = 256;
const BINS = 64;
const FRAMES = 128;

/** Returns the spectrogram of a recording: time from left to right, low tones below, decibels as brightness. */
function spectrogram(name: string, samples: Numbers): PictureLook {
  const hop = Math.max(1, Math.floor((samples.length - FRAME) / (FRAMES - 1)));
  const levels = new Float32Array(BINS * FRAMES);
  for (let frame = 0; frame < FRAMES; frame++)
    for (let bin = 0; bin < BINS; bin++) {
      let [real, imaginary] = [0, 0];
      for (let i = 0; i < FRAME; i++) {
        const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / FRAME);
        const value = window * (samples[frame * hop + i] ?? 0);
        const angle = (2 * Math.PI * (2 * bin) * i) / FRAME;
        real += value * Math.cos(angle);
        imaginary += value * Math.sin(angle);
      }
      levels[(BINS - 1 - bin) * FRAMES + frame] = 10 * Math.log10(real * real + imaginary * imaginary + 1e-9);
    }
  // Below 80 dB under the loudest nothing is heard.
  const floor = levels.reduce((most, level) => Math.max(most, level), -90) - 80;
  return picture(
    name,
    levels.map((level) => Math.max(level, floor)),
    [BINS, FRAMES, 1],
  );
}

const shownNumber = (value: number): string => String(Number(value.toPrecision(5)));

const shortened = (text: string): string => (text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text);

/** Returns the text of an example that an encoder reads; undefined for a column of numbers. */
function textOf({ texts }: DataPart, info: ColumnInfo, at: number): string | undefined {
  if (info.encoder === undefined || info.encoder.numbers !== undefined) return undefined;
  return texts?.[madeOf(info)[0] ?? ""]?.[at];
}

/** The name of a column as the data has it, where it is one there. */
export const dataName = (info: ColumnInfo): string => {
  const [first = info.name, ...more] = madeOf(info);
  return more.length === 0 ? first : info.name;
};

/** Returns what the inputs of example `row` look like, as they lie in the data. */
export function looksOf(rows: Rows, row: number, inputs: readonly ColumnInfo[]): readonly ExampleLook[] {
  const looks: ExampleLook[] = [];
  const values: (readonly [string, string])[] = [];
  for (const info of inputs) {
    const text = textOf(rows.part, info, rows.rows[row] ?? 0);
    const elements = elementsOf(info.shape);
    if (text !== undefined) {
      if (elements > 1) looks.push({ kind: "text", name: dataName(info), text: shortened(text) });
      else values.push([dataName(info), shortened(text)]);
      continue;
    }
    if (rows.part.columns[info.name] === undefined) continue;
    const numbers = sampleOf(rows, row, info);
    const shape = pictureShape(info);
    if (shape !== undefined) looks.push(picture(dataName(info), numbers, shape));
    else if (info.shape.length === 1 && elements >= LEAST_RECORDING) looks.push(spectrogram(dataName(info), numbers));
    else {
      const names = rows.part.made?.[info.name] ?? (info.from?.length === elements ? info.from : undefined);
      const named = (i: number): string => names?.[i] ?? (elements === 1 ? dataName(info) : `${dataName(info)}[${i}]`);
      values.push(...Array.from(numbers.slice(0, MOST_VALUES), (value, i) => [named(i), shownNumber(value)] as const));
    }
  }
  return values.length === 0 ? looks : [...looks, { kind: "values", values }];
}
