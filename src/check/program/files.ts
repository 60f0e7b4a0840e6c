// The files of a program: follows imports, collects the names of each file, and finds cycles among files.

import type { Span } from "../../base/span.ts";
import type { SourceFile } from "../../syntax/ast.ts";
import { report } from "../say/report.ts";
import type { FileScope, NamedDeclaration, Session } from "../state/environment.ts";

/**
 * Returns the path of an import as a key of the map of files; undefined if it leaves the folder of the entry. A path to that
 * folder itself names no file.
 */
export function resolveImport(from: string, path: string, entry: string): string | undefined {
  if (path.startsWith("/") || path.includes("\\") || /^[A-Za-z]:/.test(path) || path.includes("\0")) return undefined;
  const root = normalized(foldersOf(entry));
  const parts = normalized([...foldersOf(from), ...path.split("/")]);
  const within = parts.length >= root.length && root.every((part, i) => parts[i] === part);
  if (!within || parts.slice(root.length).includes("..")) return undefined;
  return parts.join("/");
}

const foldersOf = (file: string): readonly string[] => file.split("/").slice(0, -1);
const folderOf = (file: string): string => normalized(foldersOf(file)).join("/");

/** Removes `.`, and each `..` with the part before it; a `..` without one stays. */
function normalized(parts: readonly string[]): readonly string[] {
  const result: string[] = [];
  for (const [i, part] of parts.entries()) {
    if (part === "." || (part === "" && i > 0)) continue;
    if (part === ".." && result.length > 0 && result.at(-1) !== "..") result.pop();
    else result.push(part);
  }
  return result;
}

export interface Files {
  /** Every known file that imports reach from the entry, the entry first. */
  readonly reached: readonly string[];
  readonly missing: readonly string[];
  readonly scopes: ReadonlyMap<string, FileScope>;
}

/** Follows the imports of the entry. Reports paths that leave the project, cycles and missing files. */
export function collectFiles(session: Session, entry: string, files: ReadonlyMap<string, SourceFile>): Files {
  const reached = [entry];
  const missing = new Set<string>();
  const imports = new Map<string, { readonly path: string; readonly span: Span }[]>();
  for (let i = 0; i < reached.length; i++) {
    const from = reached[i] ?? entry;
    const found: { path: string; span: Span }[] = [];
    imports.set(from, found);
    for (const declaration of files.get(from)?.declarations ?? []) {
      if (declaration.kind !== "import") continue;
      const { path, pathSpan: span } = declaration;
      const imported = resolveImport(from, path, entry);
      if (imported === undefined) report({ session }, { code: "NN501", span, reason: "path", path });
      else if (!files.has(imported)) {
        // Nobody can load a folder.
        if (imported !== folderOf(entry)) missing.add(imported);
        report({ session }, { code: "NN008", span, path });
      } else {
        found.push({ path: imported, span });
        if (!reached.includes(imported)) reached.push(imported);
      }
    }
  }
  reportCircle(session, reached, imports);
  const own = new Map(reached.map((path) => [path, ownNames(session, files.get(path))]));
  const scopes = new Map<string, FileScope>();
  for (const path of reached)
    scopes.set(path, { path, names: withImports(session, path, own, imports.get(path) ?? []) });
  return { reached, missing: [...missing], scopes };
}

function ownNames(session: Session, file: SourceFile | undefined): Map<string, NamedDeclaration> {
  const names = new Map<string, NamedDeclaration>();
  for (const declaration of file?.declarations ?? []) {
    if (declaration.kind === "import" || declaration.kind === "train" || declaration.name.text === "") continue;
    const { name } = declaration;
    const before = names.get(name.text);
    if (before === undefined) names.set(name.text, declaration);
    else
      report(
        { session },
        {
          code: "NN004",
          span: name.span,
          name: name.text,
          first: before.name.span,
          what: before.kind,
        },
      );
  }
  return names;
}

function withImports(
  session: Session,
  path: string,
  own: ReadonlyMap<string, ReadonlyMap<string, NamedDeclaration>>,
  imports: readonly { readonly path: string; readonly span: Span }[],
): ReadonlyMap<string, NamedDeclaration> {
  const names = new Map(own.get(path) ?? []);
  for (const { path: imported, span } of imports)
    for (const [name, declaration] of imported === path ? [] : (own.get(imported) ?? [])) {
      const before = names.get(name);
      if (before === undefined) names.set(name, declaration);
      else if (before !== declaration)
        report({ session }, { code: "NN004", span, name, first: before.name.span, what: before.kind });
    }
  return names;
}

/** Reports NN008 once for each cycle of imports on a walk from the entry. */
function reportCircle(
  session: Session,
  reached: readonly string[],
  imports: ReadonlyMap<string, readonly { readonly path: string; readonly span: Span }[]>,
): void {
  const done = new Set<string>();
  const way: { readonly path: string; next: number }[] = [];
  for (const start of reached) {
    if (!done.has(start)) way.push({ path: start, next: 0 });
    for (let top = way.at(-1); top !== undefined; top = way.at(-1)) {
      const edge = (imports.get(top.path) ?? [])[top.next++];
      if (edge === undefined) {
        done.add(top.path);
        way.pop();
        continue;
      }
      const at = way.findIndex((step) => step.path === edge.path);
      if (at >= 0) {
        const ring = [...way.slice(at).map((step) => step.path), edge.path];
        report({ session }, { code: "NN008", span: edge.span, path: edge.path, ring });
      } else if (!done.has(edge.path)) way.push({ path: edge.path, next: 0 });
    }
  }
}
