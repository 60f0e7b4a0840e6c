// Reads the values of the command line strictly: a number is a whole number in its range, or the command refuses it.

import { existsSync, statSync } from "node:fs";
import { InvalidArgumentError } from "commander";

const grouped = (value: number): string => value.toLocaleString("en");

/** Returns a parser of whole numbers in the range, in plain digits. */
export const whole =
  ({ min, max }: { readonly min: number; readonly max: number }) =>
  (text: string): number => {
    const value = /^[0-9]{1,16}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${grouped(min)} to ${grouped(max)}.`);
  };

/** Reads a range of lines: `10:20`, or `10` for one line. */
export function lines(text: string): { readonly first: number; readonly last: number } {
  const [, from = "", to = from] = /^(\d{1,9})(?::(\d{1,9}))?$/.exec(text) ?? [];
  const [first, last] = [Number(from), Number(to)];
  if (from !== "" && first >= 1 && last >= first) return { first, last };
  throw new InvalidArgumentError("It must look like 10:20, or 10 for one line.");
}

/** Reads a number of seconds above 0. */
export function seconds(text: string): number {
  const value = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value > 0) return value;
  throw new InvalidArgumentError("It must be a number of seconds above 0.");
}

/** Checks a size in bytes, such as 500MB: the trainer reads it. */
export function byteSize(text: string): string {
  if (/^\d+(?:\.\d+)? ?(?:GB|MB|[kK]B|B)$/.test(text)) return text.replace(" ", "");
  throw new InvalidArgumentError("It must be a size such as 500MB or 4GB.");
}

/** Checks the name of a file or folder to write: an empty one would mean the current folder. */
export function named(path: string): string {
  if (path === "" || path.includes("\0")) throw new InvalidArgumentError("It needs a name.");
  return path;
}

/** Checks that a folder exists: with a misspelt one, nnc would fetch the data from elsewhere. */
export function folder(path: string): string {
  if (!existsSync(path) || !statSync(path).isDirectory()) throw new InvalidArgumentError("There is no such folder.");
  return path;
}

/** Gathers `--set name=value`: the name of a constant or a model's parameter, and its value as in a `.nn` file. */
export function setting(text: string, before: ReadonlyMap<string, string> | undefined): ReadonlyMap<string, string> {
  const at = text.indexOf("=");
  const name = text.slice(0, at).trim();
  const value = text.slice(at + 1).trim();
  if (at < 0 || !/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) || value === "")
    throw new InvalidArgumentError("It must look like width=256.");
  if (before?.has(name) === true) throw new InvalidArgumentError(`'${name}' is set twice.`);
  return new Map([...(before ?? []), [name, value]]);
}
