// The programs in folders, for an editor that looks for a name in all of them.

import { type Dirent, readdirSync } from "node:fs";
import { join, normalize, sep } from "node:path";
import { readText } from "./load.ts";

/** The most folders to look into, and the most files to return: a workspace may be a whole disk. */
const most = { folders: 2_000, files: 1_000 } as const;
const passedBy: ReadonlySet<string> = new Set(["node_modules", "codegen-out", "dist"]);

/** Returns the paths of `.nn` files in and below the folders. Does not follow links, and passes by hidden folders. */
export function programFiles(folders: readonly string[]): readonly string[] {
  const open = folders.map((folder) => normalize(folder));
  const found = new Set<string>();
  for (let i = 0; i < open.length && i < most.folders; i++) {
    const folder = open[i] ?? "";
    for (const entry of entriesOf(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && !entry.name.startsWith(".") && !passedBy.has(entry.name)) open.push(path);
      if (entry.isFile() && entry.name.endsWith(".nn") && found.size < most.files) found.add(path.replaceAll(sep, "/"));
    }
  }
  return [...found];
}

/** Returns what is in a folder; nothing if it cannot be read, as when it is gone. */
function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** Returns the text of a file; undefined if it cannot be read, is too large or is no text. */
export function readProgramFile(path: string): string | undefined {
  const answer = readText(path);
  return "text" in answer ? answer.text : undefined;
}
