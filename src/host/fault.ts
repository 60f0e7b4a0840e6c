// A fault of nnc while it worked on a program: the error, with the texts of the program, so that a person can report it.
// Writes one file, where nothing else reads.

import { mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CompilerBug } from "../base/compilerBug.ts";
import { fnv1a } from "../base/hash.ts";
import { cacheFolder } from "./cache.ts";

export class Fault extends Error {
  override readonly name = "Fault";
  override readonly cause: unknown;
  /** The texts of the program, by the paths of its files. */
  readonly texts: ReadonlyMap<string, string>;
  constructor(cause: unknown, texts: ReadonlyMap<string, string>) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.cause = cause;
    this.texts = texts;
  }
}

/** Returns the compiler's step at the time, from the outermost on; undefined if no step is known. */
export function stepsOf(error: unknown): string | undefined {
  const cause = error instanceof Fault ? error.cause : error;
  return cause instanceof CompilerBug && cause.steps.length > 0 ? cause.steps.join(", ") : undefined;
}

const stackOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const inner = error.cause === undefined ? "" : `\ncaused by ${stackOf(error.cause)}`;
  return `${error.stack ?? error.message}${inner}`;
};

/** Returns all that a report needs: versions and command first, then the place of the fault, the graph and the program. */
function reportText(error: unknown, head: readonly string[]): string {
  const cause = error instanceof Fault ? error.cause : error;
  const shown = cause instanceof CompilerBug ? cause.shown : undefined;
  const parts = [
    [...head, `while: ${stepsOf(error) ?? "unknown"}`].join("\n"),
    stackOf(cause),
    ...(error instanceof Fault ? [...error.texts].map(([path, text]) => `──── ${path}\n${text}`) : []),
    ...(shown === undefined ? [] : [`──── what it had made\n${shown}`]),
  ];
  return `${parts.join("\n\n")}\n`;
}

/** Saves the report in nnc's cache folder, or in the system's temporary one; undefined if neither takes it. */
export function saveReport(error: unknown, head: readonly string[]): string | undefined {
  const text = reportText(error, head);
  const name = `fault-${fnv1a(text).toString(16).padStart(8, "0")}.txt`;
  const cache = cacheFolder();
  for (const folder of [...(cache === undefined ? [] : [join(cache, "faults")]), tmpdir()]) {
    try {
      mkdirSync(folder, { recursive: true });
      const path = join(folder, name);
      writeFileSync(path, text);
      return path;
    } catch {
      // Another folder may still take it.
    }
  }
  return undefined;
}
