// Advice on the commonest slips: what other languages write, and what belongs there instead.

import type { IToken } from "../chevrotain.ts";
import type { Problem } from "../problem.ts";

/** A sentence for each word that people bring from elsewhere. */
const habits: ReadonlyMap<string, string> = new Map([
  ["elif", "write 'else if'"],
  ["while", "there are only counted loops: repeat 3 { … }"],
  ["for", "there are only counted loops: repeat 3 { … }"],
  ["in", "'in' is reserved; in back quotes it is a name"],
  ["lambda", "there are no functions of one's own; a 'block' names a part of a network"],
  ["var", "values are named with 'let'"],
  ["|", "values are passed on with '->'"],
  ["?", "a choice is written if … { … } else { … }"],
]);

/** The same for words at the start of a declaration, where they cannot be names. */
const declarationHabits: ReadonlyMap<string, string> = new Map([
  ["def", "a network is a 'model', a part of one a 'block'"],
  ["class", "a network is a 'model', a part of one a 'block'"],
  ["function", "a network is a 'model', a part of one a 'block'"],
  ["from", 'files are taken in with import "other.nn"'],
  ["let", "outside of models and blocks, 'const' names numbers"],
]);

export function declarationHabit(image: string): string | undefined {
  return declarationHabits.get(image) ?? habits.get(image);
}

/** Advice for a token that does not fit; `expected` is what the message says. */
export function hintFor(token: IToken, previous: IToken | undefined, expected: string): Pick<Problem, "hint"> {
  const known = habits.get(token.image) ?? (previous === undefined ? undefined : habits.get(previous.image));
  if (known !== undefined) return { hint: known };
  if (token.image === "=" && expected.includes("'{'")) return { hint: "'==' compares, '=' gives a name its value" };
  if (token.image === ":" && expected.includes("line")) return { hint: "a body stands in braces: { … }" };
  if (token.image === "." && /^\d/.test(previous?.image ?? "")) return { hint: "write the digit after the point: 1.0" };
  if (token.image === "." && expected.includes("value")) return { hint: "write the zero: 0.5" };
  if (token.image === "{" && previous?.image === "repeat") return { hint: "say how often: repeat 3 { … }" };
  if (token.image === "{" && expected === "'('")
    return { hint: "the inputs stand in parentheses: (x: f32[28, 28, 1])" };
  if (expected === "a string" && previous?.image === "import")
    return { hint: 'file names stand in double quotes: "…"' };
  if (token.image === "{" && expected.includes("value"))
    return { hint: "a record stands only after 'return', 'loss' and 'metrics'" };
  if (expected.includes("operator or the end") && /^[A-Z]/.test(previous?.image ?? "") && /^\w/.test(token.image))
    return { hint: `options stand in parentheses: ${previous?.image ?? ""}(${token.image})` };
  if (token.image === "[" && expected.includes("line")) return { hint: "a part of a tensor is taken with slice(x, …)" };
  if (/^[A-Za-z_]/.test(token.image) && /^\d/.test(previous?.image ?? "") && previous?.endOffset === undefined)
    if (previous !== undefined && previous.startOffset + previous.image.length === token.startOffset)
      return { hint: "a name does not start with a digit" };
  return {};
}

/** How many letters must change to make one word of another, up to 3. */
export function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 3;
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return Math.min(3, row[b.length] ?? 3);
}
