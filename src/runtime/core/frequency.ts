// Counts texts, and orders them as Keras orders a vocabulary.

/** Counts each different text. */
export function countTexts(texts: Iterable<string>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

/** Returns the texts, the most frequent first; of two as frequent the later one in the order of code points first, as in Keras. */
export const byFrequency = (counts: ReadonlyMap<string, number>): readonly string[] =>
  [...counts].sort(([a, m], [b, n]) => n - m || -compareCodePoints(a, b)).map(([text]) => text);

/** Compares two texts by code points: UTF-16 puts characters beyond U+FFFF before some others. */
export function compareCodePoints(a: string, b: string): number {
  const [one, other] = [a[Symbol.iterator](), b[Symbol.iterator]()];
  for (;;) {
    const [x, y] = [one.next(), other.next()];
    if (x.done === true || y.done === true) return Number(y.done === true) - Number(x.done === true);
    const difference = (x.value.codePointAt(0) ?? 0) - (y.value.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
}
