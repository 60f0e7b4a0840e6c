// The problems of a file, and the editor's fixes for them.

import { append } from "../base/append.ts";
import type { Diagnostic, Edit, Fix } from "../diagnostics/diagnostic.ts";
import type { Snapshot } from "./snapshot.ts";

export interface Problem {
  readonly diagnostic: Diagnostic;
  /** Whether its place has no effect: editors fade it. */
  readonly unused: boolean;
}

const unusedCodes: ReadonlySet<string> = new Set(["NN006", "NN116"]);

/** Returns all diagnostics of the program in `file`, including hints. */
export function diagnostics(snapshot: Snapshot, file: string): readonly Problem[] {
  return snapshot.diagnostics
    .filter(({ span }) => span.file === file)
    .map((diagnostic) => ({ diagnostic, unused: unusedCodes.has(diagnostic.code) }));
}

export interface QuickFix {
  readonly title: string;
  /** Whether the editor may apply it unseen. */
  readonly sure: boolean;
  readonly edits: readonly Edit[];
  /** The diagnostics that it fixes. */
  readonly diagnostic: Diagnostic;
}

/** Returns the fixes of all diagnostics that touch `[start, end]`, sure ones first. */
export function quickFixes(
  snapshot: Snapshot,
  file: string,
  range: { readonly start: number; readonly end: number },
): readonly QuickFix[] {
  return snapshot.diagnostics
    .filter(({ span }) => span.file === file && span.start <= range.end && range.start <= span.end)
    .flatMap((diagnostic) => diagnostic.fixes.map(({ title, sure, edits }) => ({ title, sure, edits, diagnostic })))
    .sort((a, b) => Number(b.sure) - Number(a.sure));
}

/** Returns all sure fixes of a file that do not touch each other, as one. Applied until none is left, they repair it. */
export function fixAll(snapshot: Snapshot, file: string): readonly Edit[] {
  const found = snapshot.diagnostics.flatMap(({ span, fixes }) => {
    const fix: Fix | undefined = span.file === file ? fixes.find(({ sure }) => sure) : undefined;
    if (fix === undefined || fix.edits.some((edit) => edit.span.file !== file)) return [];
    const start = Math.min(...fix.edits.map((edit) => edit.span.start));
    const end = Math.max(...fix.edits.map((edit) => edit.span.end));
    return [{ edits: fix.edits, start, end }];
  });
  const chosen: Edit[] = [];
  let reached = -1;
  for (const { edits, start, end } of found.toSorted((a, b) => a.start - b.start)) {
    if (start <= reached) continue;
    append(chosen, edits);
    reached = end;
  }
  return chosen;
}
