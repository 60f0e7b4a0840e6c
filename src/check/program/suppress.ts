// `// allow NN006: reason` at the end of a line, or alone on the line above, silences warnings and hints of that code.
// Errors stay.

import { lineIndex } from "../../base/lineIndex.ts";
import type { Span } from "../../base/span.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";

const form = /^\/\/+\s*allow\s+(NN\d{3}(?:\s*,\s*NN\d{3})*)\s*:\s*\S/;

/** Returns the diagnostics of one file without those that its comments allow. `text`: the text of the file. */
export function suppress(
  diagnostics: readonly Diagnostic[],
  comments: readonly { readonly text: string; readonly span: Span }[],
  text: string,
): readonly Diagnostic[] {
  const [first] = comments;
  const allowing = comments.flatMap((comment) => {
    const codes = form.exec(comment.text)?.[1];
    return codes === undefined ? [] : [{ comment, codes }];
  });
  if (first === undefined || allowing.length === 0) return diagnostics;
  const index = lineIndex(text);
  const allowed = new Set<string>();
  for (const { comment, codes } of allowing) {
    const { line, column } = index.position(comment.span.start);
    const alone =
      index
        .lineText(line)
        .slice(0, column - 1)
        .trim() === "";
    for (const code of codes.split(",")) allowed.add(`${code.trim()} ${alone ? line + 1 : line}`);
  }
  return diagnostics.filter(
    ({ severity, code, span }) =>
      severity === "error" ||
      span.file !== first.span.file ||
      !allowed.has(`${code} ${index.position(span.start).line}`),
  );
}
