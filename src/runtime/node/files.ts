// Files on disk: finds and unpacks data files, and saves results so that a reader never sees half of one. It does not know
// what is in them.

import type { DataFiles } from "../core/dataset.ts";
import { RunError } from "../core/error.ts";

export interface DataPlaces {
  /** The trainer's own folder. */
  readonly folder: string;
  /** `--data`, in order. */
  readonly data: readonly string[];
  /** The name of the source, as a folder may be called: `mnist`. */
  readonly source: string;
}

/**
 * Looks for data files in the trainer's folder, then in each `--data` folder and its folder named like the source, then
 * likewise NNC_DATA, then the cache (`~/.cache/nnc/<source>`); as they are, and with `.gz`.
 */
export async function dataFilesIn(places: DataPlaces): Promise<DataFiles> {
  const { join, isAbsolute } = await import("node:path");
  const { readFile } = await import("node:fs/promises");
  const { homedir } = await import("node:os");
  const { source } = places;
  const environment = process.env.NNC_DATA;
  const cache = process.env.XDG_CACHE_HOME;
  const roots = [...places.data, ...(environment === undefined || environment === "" ? [] : [environment])];
  const cacheRoot = cache !== undefined && isAbsolute(cache) ? cache : join(homedir(), ".cache");
  const folders = [
    ...new Set([places.folder, ...roots.flatMap((root) => [root, join(root, source)]), join(cacheRoot, "nnc", source)]),
  ];
  return {
    async read(name, { maximum, advice }) {
      if (isAbsolute(name) || name.split(/[\\/]/).includes("..") || name === "" || name.includes("\0")) {
        throw new RunError(`'${name}' is no name of a data file: it must lie in the data folder, without '..'`);
      }
      for (const folder of folders) {
        for (const path of [join(folder, name), join(folder, `${name}.gz`)]) {
          let bytes: Uint8Array;
          try {
            bytes = await readFile(path);
          } catch (error) {
            const code = errorCode(error);
            // A folder of that name, or a path that runs through a file, is no file of that name.
            if (code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR") continue;
            throw new RunError(`cannot read ${path}: ${reasonOf(error)}`);
          }
          return { path, bytes: await unpack(bytes, path, maximum) };
        }
      }
      throw new RunError(
        `cannot find ${name} or ${name}.gz, which ${source}() reads\n  looked in ${folders.join("\n            ")}\n  ` +
          (advice ?? "pass the folder that holds it: --data DIR"),
      );
    },
  };
}

/** The bytes, unpacked where they are gzip. Throws a RunError where that fails or would give over `maximum` bytes. */
async function unpack(bytes: Uint8Array, path: string, maximum: number): Promise<Uint8Array> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) {
    if (path.endsWith(".gz")) throw new RunError(`${path}: is not a gzip file`);
    if (bytes.length > maximum) throw new RunError(`${path}: has ${bytes.length} bytes, over the limit of ${maximum}`);
    return bytes;
  }
  const { gunzipSync } = await import("node:zlib");
  try {
    return gunzipSync(bytes, { maxOutputLength: maximum });
  } catch (error) {
    if (errorCode(error) === "ERR_BUFFER_TOO_LARGE") throw new RunError(`${path}: unpacks to over ${maximum} bytes`);
    throw new RunError(`${path}: is truncated or corrupt gzip (${reasonOf(error)})`);
  }
}

/** Throws a RunError unless a file can be made at `path`: better before hours of training than after. */
export async function checkWritable(path: string): Promise<void> {
  const { accessSync, constants, statSync } = await import("node:fs");
  const { dirname, resolve } = await import("node:path");
  const folder = dirname(resolve(path));
  try {
    if (!statSync(folder).isDirectory()) throw new RunError(`cannot save to ${path}: ${folder} is not a folder`);
    accessSync(folder, constants.W_OK);
  } catch (error) {
    if (error instanceof RunError) throw error;
    throw new RunError(
      `cannot save to ${path}: ${errorCode(error) === "ENOENT" ? `there is no folder ${folder}` : reasonOf(error)}`,
    );
  }
  // A device would be replaced by the file.
  const there = statSync(path, { throwIfNoEntry: false });
  if (there !== undefined && !there.isFile())
    throw new RunError(`cannot save to ${path}: it is ${there.isDirectory() ? "a folder" : "not a regular file"}`);
}

/** Writes a file whole or not at all: beside it first, then renamed. Synchronous, so that no signal comes between. */
export async function saveFile(path: string, bytes: Uint8Array): Promise<void> {
  const { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } = await import("node:fs");
  const beside = `${path}.${process.pid}.part`;
  try {
    const file = openSync(beside, "w");
    try {
      writeFileSync(file, bytes);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw new RunError(`cannot save to ${path}: ${reasonOf(error)}`);
  }
}

/** `ENOENT` and the like, where an error has such a code. */
export const errorCode = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;

/** The reason in words, without the call and path that Node adds. */
export function reasonOf(error: unknown): string {
  const known: Readonly<Record<string, string>> = {
    EACCES: "permission denied",
    EPERM: "permission denied",
    ENOENT: "no such file or folder",
    ENOSPC: "no space left on the disk",
    EROFS: "the file system is read-only",
    EISDIR: "it is a folder",
    ERR_FS_FILE_TOO_LARGE: "the file is larger than 2 GiB",
  };
  const code = errorCode(error);
  const text = error instanceof Error ? error.message : String(error);
  return (code === undefined ? undefined : known[code]) ?? text.split("\n")[0] ?? text;
}
