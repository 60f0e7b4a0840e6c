// Opens files that people name: only regular ones, and without waiting. A pipe would wait for its writer, and a device
// never ends.

import { type BigIntStats, closeSync, constants, fstatSync, openSync, readSync, statSync } from "node:fs";
import { type Outcome, ok, problem, systemReason } from "./outcome.ts";

export interface RegularFile {
  /** The size in bytes, at the time of opening. */
  readonly size: number;
  /** Reads at most `length` bytes from `at` on; fewer where the file ends. Throws the system's error. */
  read(at: number, length: number): Uint8Array;
}

/** Calls `use` with the open file at `path`, or returns the reason why it cannot be read. Errors of `use` itself go on. */
export function withRegularFile<T>(path: string, use: (file: RegularFile) => T): Outcome<T> {
  let descriptor: number | undefined;
  try {
    // Windows has no such flag and no such pipes.
    descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const opened = descriptor;
    const stat = fstatSync(opened);
    if (!stat.isFile()) return problem(stat.isDirectory() ? "it is a folder" : "it is not a regular file");
    return ok(
      use({
        size: stat.size,
        read(at, length) {
          const bytes = Buffer.alloc(Math.max(0, Math.min(length, stat.size - at)));
          let done = 0;
          while (done < bytes.length) {
            const read = readSync(opened, bytes, done, bytes.length - done, at + done);
            if (read === 0) break;
            done += read;
          }
          return bytes.subarray(0, done);
        },
      }),
    );
  } catch (error) {
    // The system's errors have codes.
    if (error instanceof Error && !("code" in error)) throw error;
    return problem(systemReason(error));
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** Returns the status of the file at `path`, through links; undefined if there is none, or the system does not tell. */
export function statOf(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** Returns the first of `paths` that is the same file as `path`, even by another name, link or spelling. */
export function sameFile(path: string, paths: readonly string[]): string | undefined {
  const there = statOf(path);
  if (there === undefined) return undefined;
  return paths.find((other) => {
    const stat = statOf(other);
    return stat !== undefined && stat.dev === there.dev && stat.ino === there.ino;
  });
}
