// A place in a source text. Offsets count UTF-16 units, as JavaScript strings do. lineIndex.ts turns them into lines and
// columns where a person or an editor reads them.

/** A half-open range `[start, end)` of the text of `file`. */
export interface Span {
  /** The key of the file in the map of texts given to the driver: a path as the user would write it. */
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

/** The smallest span that covers both; both must lie in the same file. */
export function cover(a: Span, b: Span): Span {
  return { file: a.file, start: Math.min(a.start, b.start), end: Math.max(a.end, b.end) };
}

export function sameSpan(a: Span, b: Span): boolean {
  return a.file === b.file && a.start === b.start && a.end === b.end;
}
