// Reads and writes caret-annotated cases: a program with its diagnostics under each line.
//
//   Dense(64, units: 3)
//           //^^^^^^^^ error NN003: Dense has two 'units' options: its first value, 64, is one too
//
// The carets stand under the span; `^…` goes on to another line; `//@1-6` gives the columns of a span that starts where
// the slashes stand. `//// file lib.nn` starts another file, `//// set width = 8` is a setting of the command line.

import { lineIndex } from "../../src/base/lineIndex.ts";
import { check } from "../../src/check/check.ts";
import { quotients } from "../../src/check/program/quotients.ts";
import { suppress } from "../../src/check/program/suppress.ts";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import type { Expr, SourceFile } from "../../src/syntax/ast.ts";
import { parse, parseExpression } from "../../src/syntax/parse.ts";

const marker = /^\s*\/\/(?:\s*\^+…?|@\d+-\d+…?) (?:error|warning|hint) NN\d{3}: /;

export interface Case {
  /** Texts without markers, the entry first. */
  readonly files: ReadonlyMap<string, string>;
  readonly set: ReadonlyMap<string, string>;
}

export function readCase(text: string): Case {
  const files = new Map<string, string>();
  const set = new Map<string, string>();
  let path = "main.nn";
  let lines: string[] = [];
  for (const line of text.split("\n")) {
    const file = /^\/\/\/\/ file (\S+)$/.exec(line)?.[1];
    const setting = /^\/\/\/\/ set (\S+) = (.*)$/.exec(line);
    if (file !== undefined) {
      files.set(path, lines.join("\n"));
      path = file;
      lines = [];
    } else if (setting !== null) set.set(setting[1]!, setting[2]!);
    else if (!marker.test(line)) lines.push(line);
  }
  files.set(path, lines.join("\n"));
  return { files, set };
}

export function diagnosticsOf({ files, set }: Case): readonly Diagnostic[] {
  const trees = new Map<string, SourceFile>();
  const found: Diagnostic[] = [];
  for (const [path, text] of files) {
    const parsed = parse(path, text);
    trees.set(path, parsed.tree);
    found.push(...parsed.diagnostics);
  }
  const settings = new Map<string, Expr>();
  for (const [name, text] of set) settings.set(name, parseExpression("main.nn", text).expression);
  let all: readonly Diagnostic[] = [...found, ...check({ entry: "main.nn", files: trees, set: settings }).diagnostics];
  for (const [path, text] of files) {
    const { comments } = parse(path, text);
    all = suppress([...all, ...quotients(comments, text)], comments, text);
  }
  return all;
}

function markerOf(diagnostic: Diagnostic, text: string): string {
  const index = lineIndex(text);
  const { line, column } = index.position(diagnostic.span.start);
  const width = index.lineText(line).length;
  const end = index.position(diagnostic.span.end);
  const last = end.line === line ? Math.max(end.column, column + 1) : width + 1;
  const more = end.line === line ? "" : "…";
  const words = `${diagnostic.severity} ${diagnostic.code}: ${diagnostic.message}`;
  if (column < 3) return `//@${column}-${last - 1}${more} ${words}`;
  return `${" ".repeat(column - 3)}//${"^".repeat(Math.max(1, last - column))}${more} ${words}`;
}

/** The case with markers for what is reported now. */
export function annotated(source: Case): string {
  const all = diagnosticsOf(source);
  const parts: string[] = [...source.set].map(([name, value]) => `//// set ${name} = ${value}`);
  for (const [path, text] of source.files) {
    if (path !== "main.nn") parts.push(`//// file ${path}`);
    const index = lineIndex(text);
    text.split("\n").forEach((line, i) => {
      parts.push(line);
      for (const diagnostic of all)
        if (diagnostic.span.file === path && index.position(diagnostic.span.start).line === i + 1)
          parts.push(markerOf(diagnostic, text));
    });
  }
  return parts.join("\n");
}
