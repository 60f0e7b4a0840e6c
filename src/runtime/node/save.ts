// Saves weights, whole or not at all. It replaces neither files that nnc did not write nor files that a run reads.

import { RunError } from "../core/error.ts";
import { safeText } from "../core/text.ts";
import { errorCode, reasonOf } from "./reasons.ts";

/** The start of every file of weights that nnc writes, after the eight bytes of the header's length. */
const weightsStart = '{"__metadata__":{"producer":"nnc"';

/** The error for a file that must not be replaced: wrong usage, reported before anything is computed. */
export class SaveError extends RunError {
  override readonly name: string = "SaveError";
}

/** Whether the regular file at `path` holds weights that nnc saved. */
function holdsOwnWeights(path: string): boolean {
  const { closeSync, openSync, readSync } = process.getBuiltinModule("node:fs");
  const file = openSync(path, "r");
  try {
    const head = new Uint8Array(8 + weightsStart.length);
    const length = readSync(file, head, 0, head.length, 0);
    return new TextDecoder().decode(head.subarray(8, length)) === weightsStart;
  } finally {
    closeSync(file);
  }
}

/** Returns the first of `paths` that is the same file as `path`, even by another name, link or spelling. */
function sameFile(path: string, paths: readonly string[]): string | undefined {
  const { statSync } = process.getBuiltinModule("node:fs");
  const there = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (there === undefined) return undefined;
  return paths.find((other) => {
    const stat = statSync(other, { bigint: true, throwIfNoEntry: false });
    return stat !== undefined && stat.ino === there.ino && stat.dev === there.dev;
  });
}

export interface SaveRequest {
  readonly path: string;
  /** Files that the run reads. */
  readonly inputs: readonly string[];
  /** Whether it may replace a file that nnc did not write. */
  readonly force: boolean;
}

/** Returns the path to write, through links. Throws a RunError if it cannot be written, before hours of training. */
export function saveTarget({ path, inputs, force }: SaveRequest): string {
  const { accessSync, constants, lstatSync, realpathSync, statSync } = process.getBuiltinModule("node:fs");
  const { dirname, resolve } = process.getBuiltinModule("node:path");
  const text = (why: string): string => `cannot save to ${safeText(path)}: ${why}`;
  const refuse = (why: string): never => {
    throw new RunError(text(why));
  };
  if (/[\\/]$/.test(path)) refuse("it is a folder");
  const folder = dirname(resolve(path));
  try {
    if (!statSync(folder).isDirectory()) refuse(`${safeText(folder)} is not a folder`);
    accessSync(folder, constants.W_OK);
    const place = resolve(path);
    const linked = lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink() === true;
    const there = statSync(place, { throwIfNoEntry: false });
    if (linked && there === undefined) refuse("it is a link that leads nowhere");
    if (there === undefined) return place;
    // The file would replace a device.
    if (!there.isFile()) refuse(`it is ${there.isDirectory() ? "a folder" : "not a regular file"}`);
    const read = sameFile(place, inputs);
    if (read !== undefined)
      throw new SaveError(
        text(`this run reads it${read === path ? "" : `, as ${safeText(read)}`}; choose another name`),
      );
    accessSync(place, constants.W_OK);
    if (!force && !holdsOwnWeights(place))
      throw new SaveError(
        text("the file exists, and nnc did not write it; choose another name, or replace it with --force"),
      );
    return realpathSync(place);
  } catch (error) {
    if (error instanceof RunError) throw error;
    return refuse(errorCode(error) === "ENOENT" ? `there is no folder ${safeText(folder)}` : reasonOf(error));
  }
}

/** Makes a renamed file last, where the system can sync folders. */
function syncFolder(path: string): void {
  const { closeSync, fsyncSync, openSync } = process.getBuiltinModule("node:fs");
  const { dirname } = process.getBuiltinModule("node:path");
  try {
    const folder = openSync(dirname(path), "r");
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  } catch {
    // The file itself is whole; some systems open no folders.
  }
}

/** A file that is written piece by piece, and there when it is whole. */
export interface Saving {
  /** Throws a RunError where the disk does not take it; then nothing is left. */
  write(bytes: Uint8Array): void;
  /** Makes the file last under its name. Throws a RunError. */
  finish(): void;
  /** Leaves nothing, unless it is finished. */
  abandon(): void;
}

/** Begins a file beside the one at `path`, which takes its place in the end. */
export function openSaving(path: string): Saving {
  const { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } = process.getBuiltinModule("node:fs");
  const beside = `${path}.${process.pid}.part`;
  let file: number | undefined;
  let left = false;
  const close = (): void => {
    const open = file;
    file = undefined;
    if (open !== undefined) closeSync(open);
  };
  const abandon = (): void => {
    close();
    if (left) rmSync(beside, { force: true });
    left = false;
  };
  const attempt = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      abandon();
      throw new RunError(`cannot save to ${safeText(path)}: ${reasonOf(error)}`);
    }
  };
  attempt(() => {
    // A file of that name is left from a killed process. A link there is not followed.
    rmSync(beside, { force: true });
    file = openSync(beside, "wx");
    left = true;
  });
  return {
    write: (bytes) => attempt(() => writeFileSync(file as number, bytes)),
    finish: () =>
      attempt(() => {
        fsyncSync(file as number);
        close();
        renameSync(beside, path);
        left = false;
        syncFolder(path);
      }),
    abandon,
  };
}

/** Writes a file whole or not at all. It is synchronous, so no signal comes between. */
export function saveFile(path: string, bytes: Uint8Array | Iterable<Uint8Array>): void {
  const saving = openSaving(path);
  try {
    for (const piece of bytes instanceof Uint8Array ? [bytes] : bytes) saving.write(piece);
  } catch (error) {
    saving.abandon();
    throw error;
  }
  saving.finish();
}

/** Saves weights; where that fails, in the folder for temporary files. Throws a RunError that says where they are then. */
export function saveOrRescue(path: string, bytes: Uint8Array): void {
  try {
    saveFile(path, bytes);
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    const { basename, join } = process.getBuiltinModule("node:path");
    const other = join(process.getBuiltinModule("node:os").tmpdir(), `${process.pid}-${basename(path)}`);
    try {
      saveFile(other, bytes);
    } catch {
      throw error;
    }
    throw new RunError(`${error.message}; the weights are in ${safeText(other)}`);
  }
}
