// A file in the folder for temporary files that no folder lists: its name is gone as soon as it is open. Its room on the disk is free
// again when the process ends, in whatever way.

import type { BlockFile, RowStore } from "../core/dataset.ts";
import { RunError } from "../core/error.ts";
import type { Manifest } from "../core/program.ts";
import { safeText, sizeText } from "../core/text.ts";
import { errorCode, reasonOf } from "./reasons.ts";

/** Opens such a file. Throws a RunError where that is not possible. */
export function openBlockFile(): BlockFile {
  const { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } = process.getBuiltinModule("node:fs");
  const { join } = process.getBuiltinModule("node:path");
  const temporary = process.getBuiltinModule("node:os").tmpdir();
  const fail = (error: unknown, written: number): RunError => {
    const full = errorCode(error) === "ENOSPC" ? `, after ${sizeText(written)}; TMPDIR names another folder` : "";
    return new RunError(`cannot keep the data in a file in ${safeText(temporary)}: ${reasonOf(error)}${full}`);
  };
  let file = -1;
  let size = 0;
  try {
    const folder = mkdtempSync(join(temporary, "nnc-rows-"));
    try {
      file = openSync(join(folder, "rows"), "wx+", 0o600);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  } catch (error) {
    throw fail(error, 0);
  }
  return {
    add(bytes) {
      const at = size;
      try {
        for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done, bytes.length - done, at + done);
      } catch (error) {
        throw fail(error, at);
      }
      // The next one begins where numbers can.
      size = 4 * Math.ceil((at + bytes.length) / 4);
      return at;
    },
    read(at, length) {
      const bytes = new Uint8Array(length);
      try {
        for (let done = 0; done < length; ) {
          const read = readSync(file, bytes, done, length - done, at + done);
          if (read === 0) throw new RunError("it ends early");
          done += read;
        }
      } catch (error) {
        throw new RunError(`cannot read the data from its file in ${safeText(temporary)}: ${reasonOf(error)}`);
      }
      return bytes;
    },
    close: () => closeSync(file),
  };
}

/** Returns the store of a run, which opens its file when rows come, and the end of it. */
export function rowStoreOf(memory: number, { split }: Manifest): { readonly store: RowStore; close(): void } {
  let file: BlockFile | undefined;
  return {
    store: {
      ...{ memory, split },
      open() {
        file = openBlockFile();
        return file;
      },
    },
    close: () => file?.close(),
  };
}
