// Diagnostics for programs: an array of plain objects, with lines and columns from 1 (columns in UTF-16 units). The keys
// are a promise to tools; docs/cli.md names them.

import { type LineIndex, lineIndex } from "../../base/lineIndex.ts";
import type { Span } from "../../base/span.ts";
import type { Diagnostic, Severity } from "../diagnostic.ts";
import { safeJson } from "./displayText.ts";

export interface JsonPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}
export interface JsonDiagnostic extends JsonPlace {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly related: readonly ({ readonly message: string } & JsonPlace)[];
  readonly trace: readonly ({ readonly text: string; readonly shape: string } & JsonPlace)[];
  readonly fixes: readonly {
    readonly title: string;
    readonly sure: boolean;
    readonly edits: readonly ({ readonly text: string } & JsonPlace)[];
  }[];
}

/** Returns the diagnostics in their order. A span in a file that `texts` lacks is at line 1, column 1. */
export function toJson(
  diagnostics: readonly Diagnostic[],
  texts: ReadonlyMap<string, string>,
): readonly JsonDiagnostic[] {
  const indices = new Map<string, LineIndex>();
  const indexOf = (file: string): LineIndex => {
    const index = indices.get(file) ?? lineIndex(texts.get(file) ?? "");
    indices.set(file, index);
    return index;
  };
  const place = ({ file, start, end }: Span): JsonPlace => {
    const from = indexOf(file).position(start);
    const to = indexOf(file).position(end);
    return { file, line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
  };
  return diagnostics.map(({ code, severity, message, span, related, trace, fixes }) => ({
    code,
    severity,
    message,
    ...place(span),
    related: related.map((one) => ({ message: one.message, ...place(one.span) })),
    trace: trace.map((step) => ({ text: step.text, shape: step.shape, ...place(step.span) })),
    fixes: fixes.map(({ title, sure, edits }) => ({
      title,
      sure,
      edits: edits.map((edit) => ({ text: edit.text, ...place(edit.span) })),
    })),
  }));
}

/** Returns the array as text: one indented document with a line end. */
export function renderJson(diagnostics: readonly Diagnostic[], texts: ReadonlyMap<string, string>): string {
  return `${safeJson(JSON.stringify(toJson(diagnostics, texts), undefined, 2))}\n`;
}
