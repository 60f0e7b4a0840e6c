// Finds the files of a data set on disk, or fetches them. Looks in the program's folder, `--data DIR` and `NNC_DATA`, each
// with and without a folder of the source's name, then in the cache; for files with and without `.gz`.

import { statSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder, environmentData } from "./cache.ts";
import type { RemoteSet } from "./datasets.ts";
import { type DownloadOptions, download } from "./download.ts";
import { type Outcome, ok, problem } from "./outcome.ts";

export interface DataPlaces {
  /** `--data DIR` */
  readonly data?: string;
  /** The folder of the `.nn` file. */
  readonly program: string;
}

/** Returns the folders to search for files of `source`, in order. */
export function dataFolders(source: string, places: DataPlaces): readonly string[] {
  const roots = [places.program, places.data, environmentData()].filter((folder) => folder !== undefined);
  const downloads = downloadFolder(source);
  return [
    ...roots.flatMap((folder) => [folder, join(folder, source)]),
    ...(downloads === undefined ? [] : [downloads]),
  ];
}

/** Returns the folder for downloaded files of `source`; undefined if there is no place for them. */
export function downloadFolder(source: string): string | undefined {
  const cache = cacheFolder();
  return cache === undefined ? undefined : join(cache, source);
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true;

const has = (folder: string, name: string): boolean =>
  isFile(join(folder, name)) || (name.endsWith(".gz") && isFile(join(folder, name.slice(0, -3))));

/** Returns the first folder that holds every file of the set. */
export function findData(set: RemoteSet, places: DataPlaces): string | undefined {
  return dataFolders(set.source, places).find((folder) => set.files.every((file) => has(folder, file.name)));
}

/** Fetches the missing files of a set into the cache folder, and returns the folder. Calls `step` for each file. */
export async function fetchData(
  set: RemoteSet,
  folder: string,
  options: DownloadOptions & { readonly step?: (file: string, index: number, count: number) => void } = {},
): Promise<Outcome<string>> {
  const missing = set.files.filter((file) => !has(folder, file.name));
  for (const [i, file] of missing.entries()) {
    options.step?.(file.name, i, missing.length);
    const outcome = await download(file, folder, options);
    if ("problem" in outcome) return problem(outcome.problem);
  }
  return ok(folder);
}
