// Runs a program once on made-up data and returns its results to the bit, so that two forms of the code can be compared.

import { elementsOf } from "./dataset.ts";
import type { ColumnInfo, Numbers, Program } from "./program.ts";

/** The number of words of memory to compare, from the start: weights and outputs come first, then intermediate values. */
const MOST_WORDS = 2 ** 24;

function bitsOf(words: Int32Array): number {
  let bits = 0x811c9dc5;
  const count = Math.min(words.length, MOST_WORDS);
  for (let i = 0; i < count; i++) bits = Math.imul(bits ^ (words[i] as number), 0x01000193) ^ (bits >>> 15);
  return bits;
}

/** Fills a column with numbers that its program can take: classes in range, small indices, bytes, numbers around 0. */
function fillColumn(to: Numbers, info: ColumnInfo, next: () => number): void {
  const below = info.classes ?? (info.dtype === "u8" ? 256 : 2);
  const whole = info.classes !== undefined || info.dtype !== "f32";
  for (let i = 0; i < to.length; i++) to[i] = whole ? Math.floor(next() * below) : next() * 2 - 1;
}

/** Makes every row as short as a bucket. */
function shorten(program: Pick<Program, "manifest" | "columns">, bucket: Readonly<Record<string, number>>): void {
  const { batch, columns } = program.manifest;
  for (const { name, shape } of columns) {
    const { [name]: to } = program.columns;
    const elements = elementsOf(shape);
    const kept = ((bucket[name] ?? 0) * elements) / (shape[0] ?? 1);
    if (to === undefined || bucket[name] === undefined) continue;
    for (let row = 0; row < batch; row++) to.fill(0, row * elements + kept, (row + 1) * elements);
  }
}

/**
 * Trains one step (and one for each bucket), evaluates, takes the metrics and predicts with `samples` samples; returns the bits of
 * memory after each.
 */
export function trialBits(
  program: Omit<Program, "memoryBytes" | "threads" | "variant" | "close">,
  samples: number,
  words: Int32Array,
): readonly number[] {
  const { manifest, columns, inputs } = program;
  let state = 1;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  program.initialize(1);
  for (const info of manifest.columns) fillColumn(columns[info.name] as Numbers, info, next);
  for (const info of manifest.inputs) fillColumn(inputs[info.name] as Numbers, info, next);
  program.trainStep(samples);
  const trained = [bitsOf(words)];
  for (const bucket of [...(manifest.buckets ?? [])].reverse()) {
    shorten(program, bucket);
    program.trainStep(samples);
    trained.push(bitsOf(words));
  }
  program.evaluateStep(samples);
  program.metrics();
  const evaluated = bitsOf(words);
  program.predict(samples);
  return [...trained, evaluated, bitsOf(words)];
}
