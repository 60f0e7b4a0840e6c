// Advice on the most common slips: words of other languages, and the text that belongs in their place.

import type { IToken } from "../chevrotain.ts";
import type { Problem } from "../problem.ts";

export const A_DECLARATION = "'model', 'dataset', 'train', 'block', 'const' or 'import'";

/** A sentence for each word that people bring from elsewhere. */
const habits: ReadonlyMap<string, string> = new Map([
  ["elif", "write 'else if'"],
  ["while", "there are only counted loops: repeat 3 { … }"],
  ["for", "there are only counted loops: repeat 3 { … }"],
  ["in", "'in' is reserved; in back quotes it is a name"],
  ["lambda", "you cannot define functions; a 'block' names a part of a network"],
  ["var", "'let' names a value"],
  ["|", "'->' passes a value on"],
  ["?", "write a choice as if … { … } else { … }"],
]);

/** The same for words at the start of a declaration, where they cannot be names. */
const declarationHabits: ReadonlyMap<string, string> = new Map([
  ["def", "write a network as a 'model', a part of one as a 'block'"],
  ["class", "write a network as a 'model', a part of one as a 'block'"],
  ["function", "write a network as a 'model', a part of one as a 'block'"],
  ["from", 'import "other.nn" imports a file'],
  ["let", "outside models and blocks, 'const' names numbers"],
]);

export function declarationHabit(image: string): string | undefined {
  return declarationHabits.get(image) ?? habits.get(image);
}

/** Returns advice on a token that does not fit; `expected` is the message's own text. */
export function hintFor(token: IToken, previous: IToken | undefined, expected: string): Pick<Problem, "hint"> {
  if (token.image === "in" && expected.includes("'{'")) return { hint: "there are only counted loops: repeat 3 { … }" };
  const known = habits.get(token.image) ?? (previous === undefined ? undefined : habits.get(previous.image));
  if (known !== undefined) return { hint: known };
  if (token.image === "=" && expected.includes("'{'")) return { hint: "'==' compares, '=' gives a name its value" };
  if (token.image === "=" && expected.includes("operator or the end"))
    return { hint: "'let' gives a value its name: let y = …" };
  if (token.image === ":" && expected.startsWith("','"))
    return { hint: "no sign stands between a word and its value: epochs 5" };
  if (token.image === "," && expected === "')'") return { hint: "a shape stands in square brackets: f32[28, 28, 1]" };
  if (/^(?::|[A-Za-z_])/.test(token.image) && expected.includes("'{'"))
    return { hint: "write a body in braces: { … }" };
  if (token.image === ":" && expected.includes("line")) return { hint: "write a body in braces: { … }" };
  if (token.image === "." && /^\d/.test(previous?.image ?? "")) return { hint: "write the digit after the point: 1.0" };
  if (token.image === "." && expected.includes("value")) return { hint: "write the zero: 0.5" };
  if (token.image === "{" && previous?.image === "repeat") return { hint: "say how often: repeat 3 { … }" };
  if (token.image === "{" && expected === "'('")
    return { hint: "write the inputs in parentheses: (x: f32[28, 28, 1])" };
  if (expected === "a string" && previous?.image === "import")
    return { hint: 'write a file name in double quotes: "…"' };
  if (token.image === "{" && expected.includes("value"))
    return { hint: "a record can only follow 'return', 'loss' or 'metrics'" };
  if (expected.includes("operator or the end") && /^[A-Z]/.test(previous?.image ?? "") && /^\w/.test(token.image))
    return { hint: `write options in parentheses: ${previous?.image ?? ""}(${token.image})` };
  if (/^[A-Za-z_]/.test(token.image) && /^\d/.test(previous?.image ?? "") && previous?.endOffset === undefined)
    if (previous !== undefined && previous.startOffset + previous.image.length === token.startOffset)
      return { hint: /^X\d/.test(token.image) ? "a size has a small x: 3x3" : "a name cannot start with a digit" };
  return {};
}

/** Returns the fix of a line that is written as in another language, if the line says all: `for i in range(3): relu`. */
export function lineFix(
  { text, base }: { readonly text: string; readonly base: number },
  token: IToken,
  previous: IToken | undefined,
  expected: string,
): Pick<Problem, "fix"> {
  const start = token.startOffset - base;
  const lineEnd = endOfLine(text, start);
  const rest = text.slice(start, lineEnd);
  const whole = (from: number, written: string, title = `write ${written.length > 40 ? "{ … }" : written}`) => ({
    fix: { title, sure: true, start: base + from, end: base + lineEnd, text: written },
  });
  const [, name = "", count, body = ""] = /^for\s+(\w+)\s+in\s+range\((\w+)\)\s*:\s*([^{}]*\S)\s*$/.exec(rest) ?? [];
  if (count !== undefined && !new RegExp(`\\b${name}\\b`).test(body))
    return whole(start, `repeat ${count} { ${body} }`);
  if (expected === "a string" && previous?.image === "import" && /^\w/.test(token.image))
    return whole(previous.startOffset - base, "", "leave out the line");
  const bare = /^:?\s*([A-Za-z_][^{}:]*\S)\s*$/.exec(rest)?.[1];
  if (expected === "'{'" && bare !== undefined && /^(repeat|if)\b/.test(lineBefore(text, start)))
    return whole(start, `${rest.startsWith(":") ? " " : ""}{ ${bare} }`);
  const adjacent = previous !== undefined && previous.startOffset + previous.image.length === token.startOffset;
  if (adjacent && /^\d+$/.test(previous.image) && /^(X\d+)+$/.test(token.image)) {
    const small = token.image.toLowerCase();
    const from = token.startOffset;
    const title = `write ${previous.image}${small}`;
    return { fix: { title, sure: true, start: from, end: from + small.length, text: small } };
  }
  return {};
}

/** The end of the line around an offset, without a comment. */
export function endOfLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  const line = text.slice(from, end < 0 ? text.length : end);
  const comment = line.search(/\s*(?:\/\/|#)/);
  return from + (comment < 0 ? line.trimEnd().length : comment);
}

/** The line up to an offset. */
const lineBefore = (text: string, offset: number): string =>
  text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset).trimStart();

/** Returns the number of letters that must change to turn one word into the other, up to 3. */
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
