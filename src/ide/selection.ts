// The ranges that an editor selects one after the other, from the word under the cursor to the whole file.

import type { Span } from "../base/span.ts";
import { scan } from "../syntax/scan.ts";
import { pathAt } from "./locate.ts";
import type { Snapshot } from "./snapshot.ts";

/** Returns the ranges around `offset`, the smallest first; each holds the one before it. */
export function selections(snapshot: Snapshot, file: string, offset: number): readonly Span[] {
  const text = snapshot.texts.get(file) ?? "";
  const token = scan(file, text).tokens.find(
    ({ startOffset, image }) => image !== "\n" && startOffset <= offset && offset <= startOffset + image.length,
  );
  const ways: Span[] = [
    { file, start: 0, end: text.length },
    ...pathAt(snapshot.files.get(file), offset).map(({ span }) => span),
    ...(token === undefined
      ? []
      : [{ file, start: token.startOffset, end: Math.min(text.length, token.startOffset + token.image.length) }]),
  ];
  const found: Span[] = [];
  for (const { start, end } of ways) {
    const outer = found.at(-1);
    if (outer === undefined || (outer.start <= start && end <= outer.end && (outer.start < start || end < outer.end)))
      found.push({ file, start, end });
  }
  return found.reverse();
}
