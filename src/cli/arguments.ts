// Values given on the command line, read strictly: a number is a whole number in its range, or the command refuses.

import { existsSync, statSync } from "node:fs";
import { InvalidArgumentError } from "commander";

/** A whole number from `min` to `max`. */
export const whole =
  (min: number, max: number = Number.MAX_SAFE_INTEGER) =>
  (text: string): number => {
    const value = /^[0-9]{1,16}$/.test(text) ? Number(text) : Number.NaN;
    if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
    const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
    throw new InvalidArgumentError(`It must be a whole number ${range}.`);
  };

/** A folder that is there: what is looked for in a misspelt one would be fetched from elsewhere. */
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

export const seedRange = { min: 0, max: 0xffffffff };
export const batchRange = { min: 1, max: 1_000_000 };
