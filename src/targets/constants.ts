// Tables of constants as text. What repeats is written once, so that a table that only spreads a pattern, as the counts of
// average pooling do, is as long for large pictures as for small ones.

import type { Buffer } from "../ir/loops.ts";
import { literal } from "./literal.ts";

/** Shorter repeats than this are written as they are. */
const LEAST_REPEAT = 4;
/** How many earlier places are tried for a longer repeat. */
const MOST_TRIED = 16;

/** As runtime/core/repeats.ts reads it: a number, or how far back so many numbers stand that come again. */
export type RepeatingPart = number | readonly [distance: number, count: number];

/** Numbers as parts. A repeat is looked for where numbers were written out: that is where a pattern begins. */
export function repeating(values: readonly number[]): readonly RepeatingPart[] {
  const parts: RepeatingPart[] = [];
  /** Where rows of so many numbers began, by the numbers. */
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

/** A statement that sets a constant buffer, which is called `view`; with the module of the runtime that it calls, if any. */
export function constantText({ data = [] }: Buffer, view: string): { readonly line: string; readonly module?: string } {
  const parts = repeating(data);
  if (parts.length === data.length) return { line: `${view}.set(${literal(data)});` };
  return { line: `setRepeating(${view}, ${literal(parts)});`, module: "core/repeats" };
}
