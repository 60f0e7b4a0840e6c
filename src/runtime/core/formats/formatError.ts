// The error of a file that is not what it should be. It knows where and what, never how the bytes were read.

export class FormatError extends Error {
  override readonly name: string = "FormatError";
  /** The file, or another name for the bytes. */
  readonly where: string;
  /** What is wrong with it. */
  readonly what: string;

  constructor(where: string, what: string) {
    super(`${where}: ${what}`);
    this.where = where;
    this.what = what;
  }
}
