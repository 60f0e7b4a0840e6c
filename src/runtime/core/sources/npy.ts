// The source `npy(file)`: arrays of NumPy, in an archive, in a folder, or one alone.

import { openArchive } from "../archive.ts";
import { loadArrays, type StoredArray } from "../arrays.ts";
import type { DataFiles, SourceData, SourceRequest } from "../dataset.ts";
import { RunError } from "../error.ts";
import { parseNpy } from "../formats/npy.ts";
import { safeText } from "../text.ts";

const isArray = (name: string): boolean => /\.npy$/i.test(name);

/** Reads the columns of `request`, each from the array of its name. */
export async function loadSource(request: SourceRequest, files: DataFiles): Promise<SourceData> {
  const found = await files.tree(String(request.options.file));
  const tree = "bytes" in found ? openArchive(found, isArray) : found;
  const { path, names, read } = tree;
  const own = names.filter(isArray);
  if (own.length === 0) throw new RunError(`${safeText(path)}: holds no arrays (.npy)`);
  const arrays = new Map(
    own.map((name) => {
      const where = path.endsWith(name) ? path : `${path}: ${name}`;
      return [name.slice(0, -4), (): StoredArray => ({ where, ...parseNpy(read(name), where) })];
    }),
  );
  return loadArrays(arrays, request, path);
}
