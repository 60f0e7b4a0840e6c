// Texts → a checked program and everything that is wrong with it. Pure: a text that is missing is named, not loaded.

import { check } from "../check/check.ts";
import type { CheckedProgram } from "../check/model.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { SourceFile } from "../syntax/ast.ts";
import { parse } from "../syntax/parse.ts";
import type { CheckResult, Sources } from "./options.ts";

export interface CheckedSources extends CheckResult {
  readonly program: CheckedProgram;
  /** Syntax trees by file, of all texts that were given. */
  readonly files: ReadonlyMap<string, SourceFile>;
}

/** By place, the entry's first; what was reported earlier stays first at one place. */
export function inSourceOrder(diagnostics: readonly Diagnostic[], entry: string): readonly Diagnostic[] {
  const files = [...new Set([entry, ...diagnostics.map(({ span }) => span.file)])];
  return [...diagnostics].sort(
    (a, b) => files.indexOf(a.span.file) - files.indexOf(b.span.file) || a.span.start - b.span.start,
  );
}

/** Parses and checks. Never throws because of what a text says. */
export function checkProgram(
  sources: Sources,
  options: { readonly set?: ReadonlyMap<string, string> } = {},
): CheckedSources {
  const files = new Map<string, SourceFile>();
  const problems: Diagnostic[] = [];
  for (const [file, text] of sources.texts) {
    const { tree, diagnostics } = parse(file, text);
    files.set(file, tree);
    problems.push(...diagnostics);
  }
  const set = options.set ?? new Map<string, string>();
  const { program, diagnostics, missing } = check({ entry: sources.entry, files, set });
  return { program, files, missing, diagnostics: inSourceOrder([...problems, ...diagnostics], sources.entry) };
}
