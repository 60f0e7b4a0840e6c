// The error of a file that is not what it should be. It knows where and what, never how the bytes were read.

import { RunError } from "../error.ts";
import { safeText } from "../text.ts";

export class FormatError extends RunError {
  override readonly name: string = "FormatError";
  /** The file, or another name for the bytes. */
  readonly where: string;
  /** What is wrong with it. */
  readonly what: string;

  constructor(where: string, what: string) {
    super(`${safeText(where)}: ${safeText(what.length > 500 ? `${what.slice(0, 499)}…` : what)}`);
    this.where = where;
    this.what = what;
  }
}
