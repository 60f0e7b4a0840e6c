// Prints a trainer's results on stdout, and all else on stderr. No name or path reaches a terminal as a command to it.

import { RunError } from "../core/error.ts";
import { safeJson, safeLines } from "../core/text.ts";
import { errorCode, reasonOf } from "./reasons.ts";

export interface Output {
  /** Prints one or several lines on stdout. */
  print(text: string): void;
  /** Prints a piece of a line on stdout. */
  piece(text: string): void;
  /** Prints a line whose names are safe already, with its colours. */
  drawn(line: string): void;
  /** Prints an object on one line of stdout. */
  event(kind: string, fields: Readonly<Record<string, unknown>>): void;
  /** Whether nobody reads stdout any more. */
  closed(): boolean;
  /** Whether a write to stdout failed for another reason. */
  failed(): boolean;
}

/** Prints a message for a person on stderr. */
export const tell = (text: string): void => void process.stderr.write(`${safeLines(text)}\n`);

/** Standard output, whose reader may close it at any time. On standard error that does not matter. */
export function openOutput(): Output {
  let closed = false;
  let failed = false;
  process.stdout.on("error", (error) => {
    const code = errorCode(error);
    // A terminal that is gone reports EIO.
    const gone = code === "EPIPE" || (code === "EIO" && process.stdout.isTTY === true);
    if (!gone && !closed) tell(`error: cannot write results: ${reasonOf(error)}`);
    closed = true;
    failed ||= !gone;
  });
  process.stderr.on("error", () => {});
  const piece = (text: string): void => {
    if (!closed) process.stdout.write(text);
  };
  const write = (text: string): void => piece(`${text}\n`);
  return {
    print: (text) => write(safeLines(text)),
    piece: (text) => piece(safeLines(text)),
    drawn: write,
    event: (event, fields) => write(safeJson({ event, ...fields })),
    closed: () => closed,
    failed: () => failed,
  };
}

/** Words any error for a person; never a stack trace. */
export function messageOf(error: unknown): string {
  if (error instanceof RunError) return error.message;
  if (error instanceof RangeError && /allocat|array length|array buffer/i.test(error.message)) {
    return `there is not enough memory (${error.message})`;
  }
  return `${reasonOf(error)} (an unexpected error; please report it with the program)`;
}
