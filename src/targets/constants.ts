// Prints tables of constants. It prints a repeated part once, so that a table with a pattern (the counts of average pooling)
// is as long for large images as for small ones.

import type { Buffer } from "../ir/loops.ts";
import { literal } from "./literal.ts";

/** Shorter repeats are printed in full. */
const LEAST_REPEAT = 4;
/** The number of earlier places to search for a longer repeat. */
const MOST_TRIED = 16;

/** The form that runtime/core/repeats.ts reads: a number, or a distance back and the count of numbers to repeat. */
export type RepeatingPart = number | readonly [distance: number, count: number];

/** Splits numbers into parts. It looks for repeats of printed numbers, because a pattern begins there. */
export function repeating(values: readonly number[]): readonly RepeatingPart[] {
  const parts: RepeatingPart[] = [];
  /** The places where rows of this length began, by their numbers. */
  const known = new Map<string, number[]>();
  const keyAt = (at: number): string => values.slice(at, at + LEAST_REPEAT).join();
  const repeated = (from: number, at: number): number => {
    let count = 0;
    while (at + count < values.length && Object.is(values[from + count], values[at + count])) count++;
    return count;
  };
  const note = (at: number): void => {
    const key = keyAt(at);
    known.set(key, [...(known.get(key) ?? []), at].slice(-MOST_TRIED));
  };
  let at = 0;
  while (at < values.length) {
    let best = { from: 0, count: 0 };
    for (const from of known.get(keyAt(at)) ?? []) {
      const count = repeated(from, at);
      if (count > best.count) best = { from, count };
    }
    if (best.count >= LEAST_REPEAT) {
      parts.push([at - best.from, best.count]);
      at += best.count;
    } else {
      note(at);
      parts.push(values[at++] ?? 0);
    }
  }
  return parts;
}

/** A statement that fills the constant buffer `view`, and the module of the runtime that it calls, if any. */
export function constantText({ data = [] }: Buffer, view: string): { readonly line: string; readonly module?: string } {
  const parts = repeating(data);
  if (parts.length === data.length) return { line: `${view}.set(${literal(data)});` };
  return { line: `setRepeating(${view}, ${literal(parts)});`, module: "core/repeats" };
}
