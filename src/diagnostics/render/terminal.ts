// Diagnostics for people at a terminal: the fact, the source with the disagreeing parts underlined, the way of the shape,
// and help. The caller decides on colours and width.

import { type LineIndex, lineIndex } from "../../base/lineIndex.ts";
import type { Diagnostic, Severity } from "../diagnostic.ts";
import { displayWidth, padDisplay, safeText, shorten } from "./displayText.ts";
import { excerptRows, type Mark, type Row } from "./excerpt.ts";

export interface TerminalOptions {
  readonly color: boolean;
  /** The columns of the terminal. The excerpt cuts longer source lines around the underlined part. */
  readonly width: number;
  /** The most diagnostics to show, errors first: nobody reads more. */
  readonly most?: number;
}

type Paint = (style: "error" | "warning" | "hint" | "gutter" | "related" | "help" | "bold", text: string) => string;

const codes = {
  error: "1;31",
  warning: "1;33",
  hint: "1;36",
  gutter: "34",
  related: "36",
  help: "1;32",
  bold: "1",
} as const;

const painter =
  (color: boolean): Paint =>
  (style, text) =>
    color && text !== "" ? `\u001b[${codes[style]}m${text}\u001b[0m` : text;

const narrowest = 40;
const shownSteps = 12;

interface SourceText {
  readonly text: string;
  readonly index: LineIndex;
}

/** Returns one block for each file of a diagnostic, first the file of its own span. */
function excerpts(
  diagnostic: Diagnostic,
  sourceOf: (file: string) => SourceText | undefined,
  width: number,
  paint: Paint,
): readonly string[] {
  const byFile = new Map<string, Mark[]>();
  const put = (file: string, mark: Mark): void => {
    const known = byFile.get(file);
    if (known === undefined) byFile.set(file, [mark]);
    else known.push(mark);
  };
  const { span, label, related } = diagnostic;
  put(span.file, { start: span.start, end: span.end, label, primary: true });
  for (const { span: place, message } of related)
    put(place.file, { start: place.start, end: place.end, label: message, primary: false });

  const blocks: { readonly title: string; readonly rows: readonly Row[] }[] = [];
  for (const [file, marks] of byFile) {
    const source = sourceOf(file);
    if (source === undefined) {
      const messages = marks.filter((mark) => mark.label !== "");
      const rows = messages.map(
        (mark): Row => ({
          kind: "marks",
          pieces: [{ text: safeText(mark.label), style: mark.primary ? "primary" : "related" }],
        }),
      );
      blocks.push({ title: safeText(file), rows });
      continue;
    }
    const { line, column } = source.index.position(marks[0]?.start ?? 0);
    const gutter = String(source.index.lineCount).length + 3;
    const rows = excerptRows(source.text, source.index, marks, Math.max(20, width - gutter));
    blocks.push({ title: `${safeText(file)}:${line}:${column}`, rows });
  }
  const numbers = blocks.flatMap(({ rows }) => rows.map((row) => (row.kind === "line" ? String(row.line).length : 1)));
  const gutterWidth = Math.max(1, ...numbers);
  const blank = " ".repeat(gutterWidth);
  const lines: string[] = [];
  for (const { title, rows } of blocks) {
    lines.push(`${blank} ${paint("gutter", "┌─")} ${title}`);
    for (const row of rows) {
      if (row.kind === "gap") {
        lines.push(`${blank} ${paint("gutter", "·")}`);
        continue;
      }
      const number = row.kind === "line" ? String(row.line).padStart(gutterWidth) : blank;
      const body = row.pieces
        .map(({ text, style }) =>
          style === "source" ? text : paint(style === "primary" ? diagnostic.severity : "related", text),
        )
        .join("");
      lines.push(`${paint("gutter", `${number} │`)}${body.trim() === "" ? "" : ` ${body}`}`);
    }
  }
  return lines;
}

function traceLines({ trace }: Diagnostic, width: number): readonly string[] {
  if (trace.length === 0) return [];
  const steps = trace.map(({ text, shape }) => ({
    text: shorten(text.replace(/\s+/g, " "), Math.max(20, Math.floor(width / 2))),
    shape: safeText(shape),
  }));
  const left = Math.max(...steps.map(({ text }) => displayWidth(text)));
  const lines = steps.map(({ text, shape }) => `    ${padDisplay(text, left)}   ${shape}`);
  const hidden = lines.length - shownSteps;
  if (hidden > 1) lines.splice(3, hidden, `    … ${hidden} more`);
  return ["  shapes:", ...lines];
}

function renderOne(
  diagnostic: Diagnostic,
  sourceOf: (file: string) => SourceText | undefined,
  width: number,
  paint: Paint,
): string {
  const { severity, code, message, help, fixes } = diagnostic;
  const lines = [
    `${paint(severity, `${severity} ${code}:`)} ${paint("bold", safeText(message))}`,
    "",
    ...excerpts(diagnostic, sourceOf, width, paint),
  ];
  const trace = traceLines(diagnostic, width);
  if (trace.length > 0) lines.push("", ...trace);
  lines.push("");
  for (const line of [...help, ...fixes.map((fix) => fix.title)])
    lines.push(`  ${paint("help", "help:")} ${safeText(line)}`);
  lines.push(`  ${paint("gutter", "more:")} nnc explain ${code}`);
  return lines.map((line) => `${line}\n`).join("");
}

const plural = (count: number, word: string): string =>
  `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;

/** Returns `2 errors, 1 warning`; empty if there is nothing to count. */
export function countLine(diagnostics: readonly Diagnostic[]): string {
  const count = (severity: Severity): number => diagnostics.filter((one) => one.severity === severity).length;
  const severities: readonly Severity[] = ["error", "warning", "hint"];
  return severities
    .filter((severity) => count(severity) > 0)
    .map((severity) => plural(count(severity), severity))
    .join(", ");
}

/** Returns at most `most` diagnostics in their order: errors, and others if there is room left. */
function firstOf(diagnostics: readonly Diagnostic[], most: number): readonly Diagnostic[] {
  if (diagnostics.length <= most) return diagnostics;
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  let room = Math.max(0, most - errors);
  const kept = diagnostics.filter(({ severity }) => severity === "error" || room-- > 0);
  return kept.slice(0, most);
}

/**
 * Returns all diagnostics in their order, and a closing line with their numbers. `texts`: by the files that spans name; a
 * missing file shows only its name. No character that the terminal would obey gets through from a source.
 */
export function renderTerminal(
  diagnostics: readonly Diagnostic[],
  texts: ReadonlyMap<string, string>,
  options: TerminalOptions,
): string {
  if (diagnostics.length === 0) return "";
  const paint = painter(options.color);
  const width = Math.max(narrowest, options.width);
  const sources = new Map<string, SourceText>();
  const sourceOf = (file: string): SourceText | undefined => {
    const known = sources.get(file);
    if (known !== undefined) return known;
    const text = texts.get(file);
    if (text === undefined) return undefined;
    const source = { text, index: lineIndex(text) };
    sources.set(file, source);
    return source;
  };
  const shown = firstOf(diagnostics, options.most ?? diagnostics.length);
  const parts = shown.map((diagnostic) => renderOne(diagnostic, sourceOf, width, paint));
  const hidden = diagnostics.length - shown.length;
  if (hidden > 0) parts.push(`… and ${hidden.toLocaleString("en")} more; nnc check --json lists all\n`);
  return `${parts.join("\n")}\n${paint("bold", countLine(diagnostics))}\n`;
}
