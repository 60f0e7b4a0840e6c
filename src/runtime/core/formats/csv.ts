// Reads tables of text, piece by piece: cells between delimiters, a line a row, quotes around cells that hold either (RFC 4180). The
// first row is the header. It knows nothing of numbers.

import { FormatError } from "./formatError.ts";

/** A row, and the line of the file where it starts. */
export interface CsvRow {
  readonly cells: readonly string[];
  readonly line: number;
}

export interface CsvReader {
  /** Returns the rows that the bytes so far complete, the header first. Throws a FormatError that names the line. */
  push(chunk: Uint8Array): readonly CsvRow[];
  /** Returns the last row, where no end of line follows it. Throws a FormatError. */
  end(): readonly CsvRow[];
}

/** The longest row, in characters: a quote that nobody closes would take the whole file. */
const LONGEST_ROW = 2 ** 24;
/** A row that is longer and not whole is read again only when twice as much is there, so that reading takes linear time. */
const LONG_ROW = 2 ** 16;

/** Returns the delimiter of a file: the given one, a tab for `.tsv`, else a comma. */
export const delimiterOf = (name: string, given: unknown): string =>
  typeof given === "string" ? given : /\.tsv(?:\.gz)?$/i.test(name) ? "\t" : ",";

/** Says which other character seems to separate the cells of a line, if one follows a closing quote. */
function otherDelimiter(line: string, delimiter: string): string {
  const found = /"([;|\t,])/.exec(line)?.[1];
  return found === undefined || found === delimiter
    ? ""
    : `; if ${JSON.stringify(found)} separates the cells, write delimiter: ${JSON.stringify(found)}`;
}

/** Opens a table; `path` is for messages. */
export function csvReader({ path, delimiter }: { readonly path: string; readonly delimiter: string }): CsvReader {
  const text = utf8Reader(path);
  let rest = "";
  let enough = 0;
  let line = 1;
  let width: number | undefined;
  const fail = (what: string, at = line): never => {
    throw new FormatError(path, `line ${at}: ${what}`);
  };

  /** Adds a row to `rows`, unless it is a blank line. */
  const enter = (cells: readonly string[], at: number, rows: CsvRow[]): void => {
    const blank = cells.length === 1 && cells[0] === "";
    if (blank && width !== 1) return;
    if (width === undefined) checkHeader(cells, fail);
    width ??= cells.length;
    if (cells.length !== width)
      fail(`has ${cells.length} ${cells.length === 1 ? "cell" : "cells"}, but the header has ${width}`, at);
    rows.push({ cells, line: at });
  };

  /** Reads whole rows from `rest`, and keeps what remains. `last`: nothing more follows. */
  const take = (last: boolean): readonly CsvRow[] => {
    const rows: CsvRow[] = [];
    let from = 0;
    while (from < rest.length) {
      const end = rest.indexOf("\n", from);
      const plain = end < 0 ? rest.slice(from) : rest.slice(from, end);
      if (plain.includes('"')) {
        const row = quotedRow(rest, from, delimiter, last);
        if (row === undefined) break;
        if (row.after) fail(`has text after a closing quote${otherDelimiter(plain, delimiter)}`, line + row.lines - 1);
        if (row.open) fail("opens a quote that is never closed");
        enter(row.cells, line, rows);
        line += row.lines;
        from = row.end;
        continue;
      }
      if (end < 0 && !last) break;
      enter((plain.endsWith("\r") ? plain.slice(0, -1) : plain).split(delimiter), line, rows);
      line++;
      from = end < 0 ? rest.length : end + 1;
    }
    rest = rest.slice(from);
    enough = rest.length > LONG_ROW ? Math.min(2 * rest.length, LONGEST_ROW) : 0;
    if (rest.length > LONGEST_ROW) fail(`has no end within ${LONGEST_ROW} characters; is a quote left open?`);
    return rows;
  };

  const add = (piece: string, last: boolean): readonly CsvRow[] => {
    if (piece.includes("\0")) fail("has a NUL byte, so this is not a text");
    rest += piece;
    return last || rest.length >= enough ? take(last) : [];
  };
  return { push: (chunk) => add(text.push(chunk, line), false), end: () => add(text.end(line), true) };
}

/** Throws where two columns have one name. A column may have none: such a one cannot be named. */
function checkHeader(names: readonly string[], fail: (what: string) => never): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (name !== "" && seen.has(name)) fail(`the header names '${name}' twice`);
    seen.add(name);
  }
}

interface QuotedRow {
  readonly cells: readonly string[];
  /** The place after its end. */
  readonly end: number;
  /** The lines it takes. */
  readonly lines: number;
  /** Whether text follows a closing quote, or a quote is still open at the end of the file. */
  readonly after: boolean;
  readonly open: boolean;
}

/** Reads a row with quotes from `from` on; undefined where its end is not there yet. */
function quotedRow(text: string, from: number, delimiter: string, last: boolean): QuotedRow | undefined {
  const cells: string[] = [];
  let at = from;
  let lines = 1;
  for (;;) {
    let cell = "";
    if (text[at] === '"') {
      const start = at + 1;
      const close = closingQuote(text, start);
      if (close < 0) return last ? { cells, end: text.length, lines, after: false, open: true } : undefined;
      at = close + 1;
      // The next piece of the file may begin with the second quote of a pair.
      if (at === text.length && !last) return undefined;
      // In one piece: a cell may have millions of quotes.
      const inside = text.slice(start, close);
      cell = inside.replaceAll('""', '"');
      lines += inside.split("\n").length - 1;
      if (text[at] === "\r" && (text[at + 1] === "\n" || (last && at + 1 === text.length))) at++;
      else if (text[at] === "\r" && at + 1 === text.length) return undefined;
      if (at < text.length && text[at] !== delimiter && text[at] !== "\n")
        return { cells, end: text.length, lines, after: true, open: false };
    } else {
      const end = endOfCell(text, at, delimiter);
      if (end === text.length && !last) return undefined;
      cell = text.slice(at, end);
      if (text[end] !== delimiter && cell.endsWith("\r")) cell = cell.slice(0, -1);
      at = end;
    }
    cells.push(cell);
    if (at >= text.length || text[at] === "\n") return { cells, end: at + 1, lines, after: false, open: false };
    at++;
  }
}

/** Returns the place of the quote that ends a cell: no other follows it. Below 0 where there is none. */
function closingQuote(text: string, from: number): number {
  let at = text.indexOf('"', from);
  while (at >= 0 && text[at + 1] === '"') at = text.indexOf('"', at + 2);
  return at;
}

function endOfCell(text: string, from: number, delimiter: string): number {
  for (let at = from; at < text.length; at++) if (text[at] === delimiter || text[at] === "\n") return at;
  return text.length;
}

/** Turns bytes into text piece by piece. Throws a FormatError for bytes that are no UTF-8. */
export function utf8Reader(path: string): {
  push(chunk: Uint8Array, line: number): string;
  end(line: number): string;
} {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let begun = false;
  const decode = (line: number, chunk?: Uint8Array): string => {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch {
      throw new FormatError(path, `from line ${line} on: is not UTF-8; save the file as UTF-8`);
    }
  };
  return {
    push(chunk, line) {
      const [a, b] = chunk;
      if (!begun && ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)))
        throw new FormatError(path, "is UTF-16; save it as UTF-8");
      begun ||= chunk.length > 0;
      return decode(line, chunk);
    },
    end: (line) => decode(line),
  };
}
