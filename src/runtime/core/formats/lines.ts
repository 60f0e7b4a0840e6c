// Reads lines of text, piece by piece. It knows nothing of what they hold.

import { utf8Reader } from "./csv.ts";
import { FormatError } from "./formatError.ts";

/** A line without its end, and its number. */
export interface TextLine {
  readonly text: string;
  readonly line: number;
}

export interface LinesReader {
  /** Returns the lines that the bytes so far complete. Throws a FormatError that names the line. */
  push(chunk: Uint8Array): readonly TextLine[];
  /** Returns the last line, where no end follows it. Throws a FormatError. */
  end(): readonly TextLine[];
}

/** The longest line, in characters: a file without ends of lines would take the whole memory. */
const LONGEST_LINE = 2 ** 24;

/** Opens a file; `path` is for messages. */
export function linesReader(path: string): LinesReader {
  const text = utf8Reader(path);
  // The pieces of a line whose end is not there yet.
  let begun: string[] = [];
  let length = 0;
  let line = 1;
  const extend = (piece: string): void => {
    length += piece.length;
    if (length > LONGEST_LINE) throw new FormatError(path, `line ${line}: has more than ${LONGEST_LINE} characters`);
    begun.push(piece);
  };
  const take = (): TextLine => {
    const whole = begun.join("");
    begun = [];
    length = 0;
    return { text: whole.endsWith("\r") ? whole.slice(0, -1) : whole, line };
  };
  return {
    push(chunk) {
      const lines: TextLine[] = [];
      const piece = text.push(chunk, line);
      let from = 0;
      for (;;) {
        const end = piece.indexOf("\n", from);
        if (end < 0) break;
        extend(piece.slice(from, end));
        lines.push(take());
        line++;
        from = end + 1;
      }
      if (from < piece.length) extend(piece.slice(from));
      return lines;
    },
    end() {
      extend(text.end(line));
      return length === 0 ? [] : [take()];
    },
  };
}
