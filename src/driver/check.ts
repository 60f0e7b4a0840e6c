// Texts → a checked program and everything that is wrong with it. Pure: a text that is missing is named, not loaded.

import { check } from "../check/check.ts";
import type { CheckedProgram } from "../check/model.ts";
import { suppress } from "../check/program/suppress.ts";
import { diagnose } from "../diagnostics/catalogue.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Expr, SourceFile } from "../syntax/ast.ts";
import { parse, parseExpression } from "../syntax/parse.ts";
import type { CheckResult, Sources } from "./options.ts";
import { settingFile } from "./settingFile.ts";

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

/** The values of `--set`, parsed. */
function settings(set: ReadonlyMap<string, string>) {
  const values = new Map<string, Expr>();
  const problems: Diagnostic[] = [];
  for (const [name, text] of set) {
    const { expression, diagnostics } = parseExpression(settingFile(name), text);
    problems.push(...diagnostics);
    if (diagnostics.length === 0) values.set(name, expression);
  }
  return { values, problems };
}

/** An empty file, or one of comments alone, is hardly what was meant. */
const nothingDeclared = (file: string): Diagnostic =>
  diagnose({
    code: "NN010",
    span: { file, start: 0, end: 0 },
    owner: "the file",
    missing: "a declaration",
    help: "a program has a model, a dataset and a train: models/mnist.nn is one",
  });

/** Parses and checks. Never throws because of what a text says. */
export function checkProgram(
  sources: Sources,
  options: { readonly set?: ReadonlyMap<string, string> } = {},
): CheckedSources {
  const { values, problems } = settings(options.set ?? new Map());
  const parsed = new Map([...sources.texts].map(([file, text]) => [file, parse(file, text)]));
  const files = new Map([...parsed].map(([file, { tree }]) => [file, tree]));
  const checked = check({ entry: sources.entry, files, set: values });
  // Advice about a text waits until all of it can be read.
  const damaged = new Set([...parsed].flatMap(([file, { diagnostics }]) => (diagnostics.length > 0 ? [file] : [])));
  let diagnostics: readonly Diagnostic[] = checked.diagnostics.filter(
    ({ severity, span }) => severity === "error" || !damaged.has(span.file),
  );
  for (const [file, { comments }] of parsed)
    diagnostics = suppress(diagnostics, comments, sources.texts.get(file) ?? "");
  const entry = parsed.get(sources.entry);
  if (entry !== undefined && entry.tree.declarations.length === 0 && entry.diagnostics.length === 0)
    problems.push(nothingDeclared(sources.entry));
  const all = [...problems, ...[...parsed.values()].flatMap((one) => one.diagnostics), ...diagnostics];
  return {
    program: checked.program,
    files,
    missing: checked.missing,
    diagnostics: inSourceOrder(all, sources.entry),
  };
}
