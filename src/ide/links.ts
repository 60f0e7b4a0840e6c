// The links of a text: imports lead to their files.

import type { Span } from "../base/span.ts";
import { resolveImport } from "../check/program/files.ts";
import type { Snapshot } from "./snapshot.ts";

export interface FileLink {
  /** The path, between the quotes. */
  readonly span: Span;
  /** The key of the file. */
  readonly target: string;
}

/** Returns the links of a file to files that the program could read. */
export function fileLinks(snapshot: Snapshot, file: string): readonly FileLink[] {
  return (snapshot.files.get(file)?.declarations ?? []).flatMap((declaration) => {
    if (declaration.kind !== "import") return [];
    const { path, pathSpan } = declaration;
    const target = resolveImport(file, path, snapshot.entry);
    if (target === undefined || !snapshot.files.has(target)) return [];
    return [{ span: { file, start: pathSpan.start + 1, end: Math.max(pathSpan.start + 1, pathSpan.end - 1) }, target }];
  });
}
