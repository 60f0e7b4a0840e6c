// Decides whether nnc may replace existing files: its own ones, and others only with `--force`; never one that the same
// command reads. Writes nothing.

import { readlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { safeText } from "../diagnostics/render/displayText.ts";
import { sameFile, statOf, withRegularFile } from "./regularFile.ts";

export interface ReplaceOptions {
  /** The files that the command reads. */
  readonly inputs: readonly string[];
  /** Whether nnc may replace files that it did not write. */
  readonly force: boolean;
}

const startBytes = 4000;

const startOf = (path: string): string => {
  const start = withRegularFile(path, (file) => file.read(0, startBytes));
  return "ok" in start ? new TextDecoder().decode(start.ok) : "";
};

/** Recognises nnc's own files: a trainer by its first line, a page and a model by their producer, weights by the model next to them. */
function isOwn(path: string): boolean {
  if (/\.[tj]s$/.test(path)) return /^\/\/ [^\n]* Made by nnc for target \w+[^\n]*; do not edit\./.test(startOf(path));
  if (path.endsWith(".html")) return startOf(path).includes('<meta name="generator" content="nnc">');
  if (path.endsWith(".svg")) return startOf(path).includes(' data-generator="nnc"');
  if (path.endsWith(".dot")) return startOf(path).startsWith("// Made by nnc");
  if (path.endsWith(".json") && startOf(path).startsWith('{"format":"nnc-network"')) return true;
  if (path.endsWith("model.json")) return startOf(path).includes('"generatedBy":"nnc"');
  return path.endsWith(".bin") && ["model.json", "predict.js"].some((name) => isOwn(join(dirname(path), name)));
}

/** Whether the file at `path` holds exactly this content. */
function holds(path: string, content: string | Uint8Array): boolean {
  const wanted = Buffer.from(content);
  const found = withRegularFile(path, (file) => file.size === wanted.length && wanted.equals(file.read(0, file.size)));
  return "ok" in found && found.ok;
}

/** Whether there is a link at `path`, wherever it leads. */
function isLink(path: string): boolean {
  try {
    readlinkSync(path);
    return true;
  } catch {
    return false;
  }
}

/** Returns the reason why the files cannot go into the folder, in one sentence; undefined if they can. */
export function replaceProblem(
  folder: string,
  files: ReadonlyMap<string, string | Uint8Array>,
  { inputs, force }: ReplaceOptions,
): string | undefined {
  const foreign: string[] = [];
  for (const [name, content] of files) {
    const path = join(folder, name);
    const read = sameFile(path, inputs);
    if (read !== undefined) return `cannot write ${safeText(path)}: this command reads it; name another folder with -o`;
    const there = statOf(path);
    // Writing refuses a folder of that name, and an impossible path.
    if (there === undefined ? !isLink(path) : there.isDirectory()) continue;
    if (!isOwn(path) && !holds(path, content)) foreign.push(path);
  }
  if (foreign.length === 0 || force) return undefined;
  const names = foreign.map(safeText).join(", ");
  const [what, it] = foreign.length === 1 ? ["is there", "it"] : ["are there", "them"];
  return `${names} ${what}, and nnc did not write ${it}; name another folder with -o, or replace ${it} with --force`;
}
