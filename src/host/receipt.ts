// A receipt of a training: what it depends on and what came out, as hashes, in a JSON file. It reads and writes receipts and makes the
// hashes; it trains nothing.

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { type Outcome, ok, problem, systemReason } from "./outcome.ts";
import { writeFile } from "./write.ts";

const RECEIPT_FORMAT = "nnc-receipt-1";

export interface Hashed {
  readonly name: string;
  readonly sha256: string;
}

export interface Receipt {
  readonly format: typeof RECEIPT_FORMAT;
  readonly nnc: string;
  /** The path of the program, from the folder of the receipt. */
  readonly program: string;
  /** The program and its imports. */
  readonly files: readonly Hashed[];
  /** The options of the command, by their names there; `--data` is a path from the folder of the receipt. */
  readonly options: Readonly<Record<string, string | number | boolean | Readonly<Record<string, string>>>>;
  /** The hash of the trainer that the compiler made. */
  readonly trainer: string;
  readonly data: readonly Hashed[];
  /** Seed, epochs, numbers of examples, threads, and the form of the code. */
  readonly run: Readonly<Record<string, unknown>>;
  readonly node: string;
  readonly system: string;
  /** The hash of the file of weights that `--save` writes. */
  readonly weights: string;
}

export const hashOfBytes = (bytes: string | Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** Returns the hash of a file, or of a folder: of the names and hashes of all files in it. */
function hashOfPath(path: string): string {
  if (!statSync(path).isDirectory()) return hashOfBytes(readFileSync(path));
  const lines = readdirSync(path)
    .sort()
    .map((name) => `${hashOfPath(join(path, name))}  ${name}\n`);
  return hashOfBytes(lines.join(""));
}

const hashed = (path: string): Hashed => ({ name: basename(path), sha256: hashOfPath(path) });

/** What a training has left: its facts and weights in files. */
export interface Left {
  readonly facts: string;
  readonly weights: string;
}

/** Reads what a training has left, and hashes it and its data. */
export function hashesOf({ facts, weights }: Left): Outcome<Pick<Receipt, "data" | "run" | "weights">> {
  try {
    const { data, ...run } = JSON.parse(readFileSync(facts, "utf8")) as {
      readonly data: readonly string[];
      readonly [name: string]: unknown;
    };
    return ok({ data: data.map(hashed), run, weights: hashOfPath(weights) });
  } catch (error) {
    return problem(`cannot read what the training left: ${systemReason(error)}`);
  }
}

export function readReceipt(path: string): Outcome<Receipt> {
  try {
    const found: unknown = JSON.parse(readFileSync(path, "utf8"));
    const format = typeof found === "object" && found !== null && "format" in found ? found.format : undefined;
    return format === RECEIPT_FORMAT ? ok(found as Receipt) : problem(`${path} is no receipt of nnc`);
  } catch (error) {
    return problem(
      error instanceof SyntaxError ? `${path} is no receipt of nnc` : `cannot read ${path}: ${systemReason(error)}`,
    );
  }
}

/** Whether a receipt may be written to `path`: nothing is there, or an older receipt. */
export const takesReceipt = (path: string): boolean => !existsSync(path) || "ok" in readReceipt(path);

export const writeReceipt = (path: string, receipt: Omit<Receipt, "format">): Outcome<string> =>
  writeFile(path, `${JSON.stringify({ format: RECEIPT_FORMAT, ...receipt }, undefined, 2)}\n`);
