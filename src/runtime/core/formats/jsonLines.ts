// Reads JSON Lines, piece by piece: an object a line (jsonlines.org). It knows nothing of columns.

import { FormatError } from "./formatError.ts";
import { linesReader, type TextLine } from "./lines.ts";

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

/** Opens a file; `path` is for messages. */
export function jsonLinesReader({ path }: { readonly path: string }): JsonLinesReader {
  const lines = linesReader(path);
  const objects = (read: readonly TextLine[]): readonly JsonRow[] =>
    read.flatMap(({ text, line }): readonly JsonRow[] => {
      const whole = text.trim();
      const fail = (what: string): never => {
        throw new FormatError(path, `line ${line}: ${what}`);
      };
      return whole === "" ? [] : [{ values: objectOf(whole, fail), line }];
    });
  return { push: (chunk) => objects(lines.push(chunk)), end: () => objects(lines.end()) };
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
