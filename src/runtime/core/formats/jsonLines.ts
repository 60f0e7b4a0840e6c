// Reads JSON Lines, piece by piece: an object a line (jsonlines.org). It knows nothing of columns.

import { utf8Reader } from "./csv.ts";
import { FormatError } from "./formatError.ts";

/** An object, and the line of the file where it stands. */
export interface JsonRow {
  /** Without a prototype's properties: ask with `Object.hasOwn`. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly line: number;
}

export interface JsonLinesReader {
  /** Returns the objects that the bytes so far complete. Throws a FormatError that names the line. */
  push(chunk: Uint8Array): readonly JsonRow[];
  /** Returns the last object, where no end of line follows it. Throws a FormatError. */
  end(): readonly JsonRow[];
}

/** The longest line, in characters: a file without ends of lines would take the whole memory. */
const LONGEST_LINE = 2 ** 24;

/** Opens a file; `path` is for messages. */
export function jsonLinesReader({ path }: { readonly path: string }): JsonLinesReader {
  const text = utf8Reader(path);
  // The pieces of a line whose end is not there yet.
  let begun: string[] = [];
  let length = 0;
  let line = 1;
  const fail = (what: string): never => {
    throw new FormatError(path, `line ${line}: ${what}`);
  };
  const extend = (piece: string): void => {
    length += piece.length;
    if (length > LONGEST_LINE) fail(`has more than ${LONGEST_LINE} characters`);
    begun.push(piece);
  };
  const take = (rows: JsonRow[]): void => {
    const whole = begun.join("").trim();
    begun = [];
    length = 0;
    if (whole !== "") rows.push({ values: objectOf(whole, fail), line });
  };
  return {
    push(chunk) {
      const rows: JsonRow[] = [];
      const piece = text.push(chunk, line);
      let from = 0;
      for (;;) {
        const end = piece.indexOf("\n", from);
        if (end < 0) break;
        extend(piece.slice(from, end));
        take(rows);
        line++;
        from = end + 1;
      }
      if (from < piece.length) extend(piece.slice(from));
      return rows;
    },
    end() {
      const rows: JsonRow[] = [];
      extend(text.end(line));
      take(rows);
      return rows;
    },
  };
}

function objectOf(text: string, fail: (what: string) => never): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return fail(`is not JSON: ${text.length > 60 ? `${text.slice(0, 59)}…` : text}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return fail(`is no object in braces: ${text.length > 60 ? `${text.slice(0, 59)}…` : text}`);
  return value as Readonly<Record<string, unknown>>;
}
