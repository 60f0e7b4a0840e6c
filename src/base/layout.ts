// Where the parts of a text are now. A tree keeps the offsets of its first reading, so that it stays the same tree while
// the text before it grows and shrinks; a layout says where each part has moved since.

import type { Span } from "./span.ts";

/** A part of a text: read as if it began at `base`, and now at `at`. */
export interface Part {
  readonly base: number;
  readonly at: number;
}

/** Returns the place now of a span in the offsets of the first reading. */
export type Placing = (span: Span) => Span;

/** Returns the placing of a text with these parts; undefined if none has moved. */
export function placingOf(parts: readonly Part[]): Placing | undefined {
  if (parts.every(({ base, at }) => base === at)) return undefined;
  const byBase = parts.toSorted((a, b) => a.base - b.base);
  return (span) => {
    let low = 0;
    let high = byBase.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((byBase[middle]?.base ?? 0) <= span.start) low = middle;
      else high = middle - 1;
    }
    const part = byBase[low];
    const by = part === undefined ? 0 : part.at - part.base;
    return by === 0 ? span : { file: span.file, start: span.start + by, end: span.end + by };
  };
}

const isSpan = (value: object): value is Span => "file" in value && "start" in value && "end" in value;

/** Returns plain data with every span in its place; what holds no moved span is the same object as before. */
export function placed<T>(value: T, place: Placing): T {
  if (typeof value !== "object" || value === null) return value;
  if (isSpan(value)) return place(value) as T & Span;
  if (Array.isArray(value)) {
    const list = value.map((item) => placed(item, place));
    return (list.every((item, i) => item === value[i]) ? value : list) as T;
  }
  if (value instanceof Map) {
    const entries = [...value].map(([key, item]) => [key, placed(item, place)] as const);
    return (entries.every(([key, item]) => item === value.get(key)) ? value : new Map(entries)) as T;
  }
  return placedObject(value, place);
}

function placedObject<T extends object>(value: T, place: Placing): T {
  const changed: Record<string, unknown> = {};
  let some = false;
  for (const [key, item] of Object.entries(value)) {
    const now = placed<unknown>(item, place);
    if (now === item) continue;
    changed[key] = now;
    some = true;
  }
  return some ? { ...value, ...changed } : value;
}
