// Divides a text where its declarations begin, so that each can be read alone, and read again alone. A piece goes from the
// comments above a declaration to those above the next one; indented declarations belong to the piece around them.

export interface Piece {
  readonly at: number;
  readonly text: string;
}

const beginning = /^(?:import|const|dataset|block|model|train)(?:[ \t]+[A-Za-z_`"]|["`])/;
const lines = new RegExp(beginning.source, "gm");
/** The same beside what may hold such a line without being one: comments of several lines, and what may hold their signs. */
const beside = new RegExp(
  `"(?:[^"\\\\\\n]|\\\\[^\\n])*"?|'[^'\\n]*'|//[^\\n]*|#[^\\n]*|/\\*(?:[^*]|\\*(?!/))*(?:\\*/)?|${beginning.source}`,
  "gm",
);

/** Returns the offsets at which declarations begin a line. */
function beginnings(text: string): readonly number[] {
  const found: number[] = [];
  for (const { 0: image, index } of text.matchAll(text.includes("/*") ? beside : lines))
    if (beginning.test(image)) found.push(index);
  return found;
}

/** Returns the start of the lines right above `offset` that hold only comments or nothing, down to `least`. */
function aboveComments(text: string, offset: number, least: number): number {
  let start = offset;
  while (start > least) {
    const above = text.lastIndexOf("\n", start - 2) + 1;
    if (above < least || !/^[ \t\r]*(?:\/\/[^\n]*)?\n?$/.test(text.slice(above, start))) break;
    start = above;
  }
  return start;
}

/** Returns the pieces of a text, in order: together they are the text. There is always one. */
export function piecesOf(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  let before: number | undefined;
  for (const offset of beginnings(text)) {
    if (before !== undefined) {
      const lineEnd = text.indexOf("\n", before) + 1;
      const end = aboveComments(text, offset, lineEnd);
      pieces.push({ at, text: text.slice(at, end) });
      at = end;
    }
    before = offset;
  }
  pieces.push({ at, text: text.slice(at) });
  return pieces;
}
