// What a trainer says: results on stdout, all else on stderr. No name or path reaches a terminal as a command to it.

import { RunError } from "../core/error.ts";
import { safeJson, safeLines } from "../core/text.ts";
import { errorCode, reasonOf } from "./reasons.ts";

export interface Output {
  /** A line on stdout, or several. */
  print(text: string): void;
  /** An object on stdout, on one line. */
  event(kind: string, fields: Readonly<Record<string, unknown>>): void;
  /** Whether nobody reads stdout any more. */
  closed(): boolean;
  /** Whether stdout could not be written, for another reason. */
  failed(): boolean;
}

/** One message for a person, on stderr. */
export const tell = (text: string): void => void process.stderr.write(`${safeLines(text)}\n`);

/** Standard output, which may be closed by its reader at any time, and standard error, where that does not matter. */
export function openOutput(): Output {
  let closed = false;
  let failed = false;
  process.stdout.on("error", (error) => {
    const code = errorCode(error);
    // A terminal that is gone says EIO.
    const gone = code === "EPIPE" || (code === "EIO" && process.stdout.isTTY === true);
    if (!gone && !closed) tell(`error: cannot write results: ${reasonOf(error)}`);
    closed = true;
    failed ||= !gone;
  });
  process.stderr.on("error", () => {});
  const write = (text: string): void => {
    if (!closed) process.stdout.write(`${text}\n`);
  };
  return {
    print: (text) => write(safeLines(text)),
    event: (event, fields) => write(safeJson({ event, ...fields })),
    closed: () => closed,
    failed: () => failed,
  };
}

/** One message for a person, whatever went wrong; never a stack trace. */
export function messageOf(error: unknown): string {
  if (error instanceof RunError) return error.message;
  if (error instanceof RangeError && /allocat|array length|array buffer/i.test(error.message)) {
    return `there is not enough memory (${error.message})`;
  }
  return `${reasonOf(error)} (an unexpected error; please report it with the program)`;
}
