// The error of a faulty file. It names the file and the fault, and never knows how the bytes were read.

import { RunError } from "../error.ts";
import { safeText } from "../text.ts";

export class FormatError extends RunError {
  override readonly name: string = "FormatError";
  /** The file, or another name for the bytes. */
  readonly where: string;
  /** The fault. */
  readonly what: string;

  constructor(where: string, what: string) {
    super(`${safeText(where)}: ${safeText(what.length > 500 ? `${what.slice(0, 499)}…` : what)}`);
    this.where = where;
    this.what = what;
  }
}
