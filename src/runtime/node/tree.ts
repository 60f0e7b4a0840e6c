// Opens a folder as a tree of files, or a file whole. It follows no link, and no file lies outside.

import type { DataFile, FileTree } from "../core/dataset.ts";
import { RunError } from "../core/error.ts";
import { compareCodePoints } from "../core/frequency.ts";
import { countText, safeText } from "../core/text.ts";
import { mostDataBytes } from "./dataFile.ts";
import { errorCode, reasonOf } from "./reasons.ts";

/** The most files of a tree. */
const MOST_FILES = 5_000_000;

/** Opens the folder at `path`, or reads the file; undefined if there is nothing of that name. Throws a RunError that names it. */
export function openTree(path: string): FileTree | DataFile | undefined {
  const { readFileSync, statSync } = process.getBuiltinModule("node:fs");
  const name = safeText(path);
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return undefined;
    if (stat.isDirectory()) return folderTree(path);
    if (!stat.isFile()) throw new RunError(`${name}: is neither a folder nor a regular file`);
    if (stat.size > mostDataBytes())
      throw new RunError(`${name}: has ${countText(stat.size)} bytes, over the limit of this machine`);
    return { path, bytes: readFileSync(path) };
  } catch (error) {
    if (error instanceof RunError) throw error;
    if (errorCode(error) === "ENOTDIR") return undefined;
    throw new RunError(`cannot read ${name}: ${reasonOf(error)}`);
  }
}

function folderTree(path: string): FileTree {
  const { readdirSync, readFileSync } = process.getBuiltinModule("node:fs");
  const { join } = process.getBuiltinModule("node:path");
  const names: string[] = [];
  const folders = [""];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop())
    for (const entry of readdirSync(join(path, folder), { withFileTypes: true })) {
      const name = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.name.startsWith(".")) continue;
      if (entry.isDirectory()) folders.push(name);
      else if (entry.isFile()) names.push(name);
      if (names.length > MOST_FILES) throw new RunError(`${safeText(path)}: holds over ${countText(MOST_FILES)} files`);
    }
  return {
    path,
    names: names.sort(compareCodePoints),
    read(file) {
      try {
        return readFileSync(join(path, file));
      } catch (error) {
        throw new RunError(`cannot read ${safeText(join(path, file))}: ${reasonOf(error)}`);
      }
    },
  };
}
