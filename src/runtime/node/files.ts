// Looks for data files. It does not know their contents.

import type { DataFiles } from "../core/dataset.ts";
import { RunError } from "../core/error.ts";
import { safeText } from "../core/text.ts";
import { placeDataFile, readDataFile, streamDataFile } from "./dataFile.ts";
import { openTree } from "./tree.ts";

export interface DataPlaces {
  /** The trainer's own folder, if a person knows it. */
  readonly folder?: string;
  /** `--data`, in order. */
  readonly data: readonly string[];
  /** The name of the source, usable as a folder's name: `mnist`. */
  readonly source: string;
  /** Who reads the file, for messages, if it is not the source. */
  readonly reader?: string;
}

/** The cache folder of nnc; none if the system knows no home. */
function cacheFolder(): string | undefined {
  const { isAbsolute, join } = process.getBuiltinModule("node:path");
  const cache = process.env.XDG_CACHE_HOME;
  if (cache !== undefined && isAbsolute(cache)) return join(cache, "nnc");
  try {
    const home = process.getBuiltinModule("node:os").homedir();
    return isAbsolute(home) ? join(home, ".cache", "nnc") : undefined;
  } catch {
    return undefined;
  }
}

/** The folders in which data files may lie, in the order of the search. */
export function dataFoldersIn({ source, folder, data }: DataPlaces): readonly string[] {
  const { join } = process.getBuiltinModule("node:path");
  const environment = process.env.NNC_DATA;
  const roots = [...data, ...(environment === undefined || environment === "" ? [] : [environment])];
  const cache = cacheFolder();
  return [
    ...new Set([
      ...(folder === undefined ? [] : [folder]),
      ...roots.flatMap((root) => [root, join(root, source)]),
      ...(cache === undefined ? [] : [join(cache, source)]),
    ]),
  ];
}

/** Returns a place in the data without the folders before it: a report that people mail tells nobody where they keep files. */
export function withoutFolders(place: string, places: DataPlaces): string {
  const { join } = process.getBuiltinModule("node:path");
  const starts = dataFoldersIn(places).map((folder) => safeText(join(folder, "x").slice(0, -1)));
  const [longest = ""] = starts.filter((start) => place.startsWith(start)).sort((a, b) => b.length - a.length);
  return place.slice(longest.length);
}

/**
 * Looks for data files in the trainer's folder, then in each `--data` folder and its folder named like the source, then
 * likewise NNC_DATA, then the cache (`~/.cache/nnc/<source>`); plain, and with `.gz`. `found` hears each path that is read.
 */
export function dataFilesIn(places: DataPlaces, found: (path: string) => void): DataFiles {
  const { isAbsolute, join } = process.getBuiltinModule("node:path");
  const { source } = places;
  const folders = dataFoldersIn(places);
  /** Returns what `open` makes of the first place that has the file. */
  const search = <T>(name: string, advice: string | undefined, open: (path: string) => T | undefined): T => {
    if (isAbsolute(name) || name.split(/[\\/]/).includes("..") || name === "" || name.includes("\0")) {
      throw new RunError(
        `'${safeText(name)}' is not the name of a data file: it must lie in the data folder, without '..'`,
      );
    }
    for (const folder of folders) {
      for (const path of [join(folder, name), join(folder, `${name}.gz`)]) {
        const file = open(path);
        if (file === undefined) continue;
        found(path);
        return file;
      }
    }
    const shown = safeText(name);
    throw new RunError(
      `cannot find ${shown} or ${shown}.gz, which ${places.reader ?? `${source}()`} reads\n  looked in ${folders.map(safeText).join("\n            ")}\n  ` +
        (advice ?? "pass the folder that holds it: --data DIR"),
    );
  };
  return {
    read: async (name, { advice, ...format }) => search(name, advice, (path) => readDataFile(path, format)),
    stream: async (name, advice) => search(name, advice, streamDataFile),
    place: async (name, advice) => search(name, advice, placeDataFile),
    tree: async (name, advice) => search(name, advice, openTree),
  };
}
