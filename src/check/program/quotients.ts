// Finds comments that someone may mean as a division, as `//` is one in Python: `const half = 8 // 2`. It looks at the text
// of the line alone.

import type { Span } from "../../base/span.ts";
import { diagnose } from "../../diagnostics/catalogue.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";

/** A number, and perhaps more arithmetic: `2`, `2 * heads`. */
const divisor = /^\/\/\s*\d[\w.]*(?:\s*(?:\*\*|[-+*/])\s*[\w.]+)*\s*$/;
/** A line whose value is a number, or may be one, and is not a call: `const half = (a + b)`, `batch 64`. */
const dividend = /^\s*(?:const\b|let\b|repeat\b|if\b|batch\b|epochs\b|seed\b).*(?:[\w\]]|(?:^|\W)\([^()]*\))\s*$/;

/** Reports NN012 for each such comment. `text`: the text of the file. */
export function quotients(
  comments: readonly { readonly text: string; readonly span: Span }[],
  text: string,
): readonly Diagnostic[] {
  return comments
    .filter(({ text: comment, span: { start } }) => {
      if (!divisor.test(comment)) return false;
      return dividend.test(text.slice(text.lastIndexOf("\n", start - 1) + 1, start));
    })
    .map(({ text: comment, span }) => diagnose({ code: "NN012", span, comment: comment.trimEnd() }));
}
