// Cases with the source and the expected diagnostics side by side. Source lines start with two blanks; below them, lines
// that start with `!` hold the parser's messages for the line above. `UPDATE_CASES=1` rewrites the files.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { lineIndex } from "../../src/base/lineIndex.ts";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";

const root = join(import.meta.dirname, "../cases/syntax");

export interface Case {
  readonly name: string;
  readonly source: string;
  readonly expected: string;
}

export function readCases(): readonly Case[] {
  return readdirSync(root)
    .filter((file) => file.endsWith(".txt"))
    .map((name) => {
      const expected = readFileSync(join(root, name), "utf8");
      const lines = expected.split("\n").filter((line) => !line.startsWith("!"));
      return { name, expected, source: lines.map((line) => line.slice(2)).join("\n") };
    });
}

export function update(name: string, text: string): void {
  if (process.env.UPDATE_CASES !== undefined) writeFileSync(join(root, name), text);
}

/** The source with what is said of it. */
export function annotate(source: string, diagnostics: readonly Diagnostic[]): string {
  const index = lineIndex(source);
  const notes = new Map<number, string[]>();
  for (const { span, message, code, help, fixes, related } of diagnostics) {
    const { line, column } = index.position(span.start);
    const room = Math.max(1, index.lineText(line).length - column + 1);
    const carets = "^".repeat(Math.max(1, Math.min(span.end - span.start, room)));
    const gap = `! ${" ".repeat(column - 1)}`;
    const extra = [
      ...related.map((other) => `line ${index.position(other.span.start).line}: ${other.message}`),
      ...help.map((text) => `help: ${text}`),
      ...fixes.map(({ title, sure }) => `fix: ${title}${sure ? "" : " (perhaps)"}`),
    ];
    const lines = [`${gap}${carets} ${code}: ${message}`, ...extra.map((text) => `${gap}  ${text}`)];
    notes.set(line, [...(notes.get(line) ?? []), ...lines]);
  }
  return source
    .split("\n")
    .flatMap((text, i) => [text === "" ? "" : `  ${text}`, ...(notes.get(i + 1) ?? [])])
    .join("\n");
}

/** A text with edits put in. */
export function applyFixes(source: string, diagnostics: readonly Diagnostic[]): string {
  const edits = diagnostics.flatMap(({ fixes }) => fixes.slice(0, 1).flatMap((fix) => fix.edits));
  return [...edits]
    .sort((a, b) => b.span.start - a.span.start)
    .reduce((text, { span, text: added }) => text.slice(0, span.start) + added + text.slice(span.end), source);
}

/** A tree without its places, for comparison. */
export function withoutSpans(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSpans);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => !/span$/i.test(key));
  return Object.fromEntries(kept.map(([key, child]) => [key, withoutSpans(child)]));
}
