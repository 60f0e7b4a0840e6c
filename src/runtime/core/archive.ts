// A ZIP archive, or one file alone, as a tree of files. Only sources that take archives bring it into a trainer.

import type { DataFile, FileTree } from "./dataset.ts";
import { RunError } from "./error.ts";
import { unzipEntry, zipEntries } from "./formats/zip.ts";
import { compareCodePoints } from "./frequency.ts";
import { safeText } from "./text.ts";

/** Opens an archive; a file whose name `isAlone` is the only file of its tree. Throws a FormatError for what is no archive. */
export function openArchive({ path, bytes }: DataFile, isAlone: (name: string) => boolean): FileTree {
  const name = path.split(/[\\/]/).at(-1) ?? path;
  if (isAlone(name)) return { path, names: [name], read: () => bytes };
  const entries = new Map(zipEntries(bytes, path).map((entry) => [entry.name, entry]));
  return {
    path,
    names: [...entries.keys()].sort(compareCodePoints),
    read(file) {
      const entry = entries.get(file);
      if (entry === undefined) throw new RunError(`${safeText(path)}: has no file '${safeText(file)}'`);
      return unzipEntry(bytes, entry, path);
    },
  };
}
