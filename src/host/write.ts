// Writes the files that nnc makes: a file appears whole or not at all, and a folder's files appear together. Knows nothing
// of their content.

import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, isAbsolute, join, normalize, sep } from "node:path";
import { safeText } from "../diagnostics/render/displayText.ts";
import { type Outcome, ok, problem, systemReason } from "./outcome.ts";

const isFolder = (path: string): boolean =>
  existsSync(path) && statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** Whether a relative path stays in the folder that it is joined to. */
export function staysInside(relative: string): boolean {
  const path = normalize(relative);
  return !isAbsolute(path) && path !== ".." && !path.startsWith(`..${sep}`);
}

/** Writes a new file and waits until the disk has it. Does not follow a link at its path. */
function writeNew(path: string, content: string | Uint8Array): void {
  rmSync(path, { force: true });
  const file = openSync(path, "wx");
  try {
    writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Returns the file to write for `path`, following links, if it may be written. Throws the system's error. */
function writtenPath(path: string): string {
  const there = statSync(path, { throwIfNoEntry: false });
  if (there === undefined) return path;
  if (there.isDirectory()) throw Object.assign(new Error(), { code: "EISDIR" });
  if (!there.isFile()) throw new Error("it is not a regular file");
  accessSync(path, constants.W_OK);
  return realpathSync(path);
}

/**
 * Writes all files (by path relative to `folder`) under temporary names next to their places and renames them once the
 * last is written. If something fails before that, nothing has changed, and the folders made on the way are gone again.
 */
export function writeFolder(
  folder: string,
  files: ReadonlyMap<string, string | Uint8Array>,
): Outcome<readonly string[]> {
  const made: string[] = [];
  const written: { readonly temporary: string; readonly target: string; readonly path: string }[] = [];
  const undo = (): void => {
    for (const { temporary } of written) rmSync(temporary, { force: true });
    for (const path of made.reverse()) rmSync(path, { recursive: true, force: true });
  };
  // One by one: if a file system refuses with "no such folder", as /proc does, Node's `recursive` tries for ever.
  const makeFolder = (path: string, within = false): void => {
    if (isFolder(path)) return;
    // Node versions report a path through a file differently.
    if (existsSync(path)) throw Object.assign(new Error(), { code: within ? "ENOTDIR" : "EEXIST" });
    if (dirname(path) !== path) makeFolder(dirname(path), true);
    mkdirSync(path);
    made.push(path);
  };
  let at = folder;
  try {
    makeFolder(folder);
    for (const [name, content] of files) {
      if (!staysInside(name)) throw new Error("its name leads out of the folder");
      const path = join(folder, name);
      at = path;
      makeFolder(dirname(path));
      const target = writtenPath(path);
      const temporary = `${target}.${process.pid}.part`;
      written.push({ temporary, target, path });
      writeNew(temporary, content);
      const there = statSync(target, { throwIfNoEntry: false });
      if (there !== undefined) chmodSync(temporary, there.mode);
    }
    for (const { temporary, target, path } of written) {
      at = path;
      renameSync(temporary, target);
    }
    return ok(written.map(({ path }) => path));
  } catch (error) {
    undo();
    return problem(`cannot write ${safeText(at)}: ${systemReason(error)}`);
  }
}

/** Writes one file, whole or not at all. Makes its folder if it is missing. */
export function writeFile(path: string, content: string | Uint8Array): Outcome<string> {
  const outcome = writeFolder(dirname(path), new Map([[basename(path), content]]));
  return "problem" in outcome ? outcome : ok(path);
}
