// Texts → a checked program and all its diagnostics. Pure: it names a missing text, and never loads one.

import { append } from "../base/append.ts";
import { inStep } from "../base/compilerBug.ts";
import { type Placing, placed } from "../base/layout.ts";
import { check } from "../check/check.ts";
import type { CheckedProgram, Need } from "../check/model.ts";
import { quotients } from "../check/program/quotients.ts";
import { suppress } from "../check/program/suppress.ts";
import type { CheckMemory } from "../check/program/units.ts";
import { diagnose } from "../diagnostics/catalogue.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Expr, SourceFile } from "../syntax/ast.ts";
import { type ParseMemory, parse, parseExpression } from "../syntax/parse.ts";
import { besideDamage } from "./damage.ts";
import type { CheckResult, Sources } from "./options.ts";
import { settingFile } from "./settingFile.ts";
import { type Found, withWholeFixes } from "./wholeFixes.ts";

export interface CheckedSources extends CheckResult {
  readonly program: CheckedProgram;
  /** The syntax trees of all given texts, by file. */
  readonly files: ReadonlyMap<string, SourceFile>;
}

/** The diagnostics by place, those of the entry first; at one place they keep the order of the reports. */
export function inSourceOrder(diagnostics: readonly Diagnostic[], entry: string): readonly Diagnostic[] {
  const ranks = new Map([entry, ...diagnostics.map(({ span }) => span.file)].map((file) => [file, 0]));
  for (const [rank, file] of [...ranks.keys()].entries()) ranks.set(file, rank);
  const rankOf = ({ span }: Diagnostic): number => ranks.get(span.file) ?? 0;
  return [...diagnostics].sort((a, b) => rankOf(a) - rankOf(b) || a.span.start - b.span.start);
}

/** Parses the values of `--set`. */
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

/** Reports a file that is empty or holds only comments: nobody means to compile that. */
const nothingDeclared = (file: string): Diagnostic =>
  diagnose({
    code: "NN010",
    span: { file, start: 0, end: 0 },
    owner: "file",
    missing: "declaration",
  });

/** The tree in the places of now, which are worked out when someone asks for them. */
function moved(tree: SourceFile, place: Placing): SourceFile {
  let declarations: SourceFile["declarations"] | undefined;
  return {
    kind: tree.kind,
    span: tree.span,
    get declarations() {
      declarations ??= placed(tree.declarations, place);
      return declarations;
    },
  };
}

/**
 * What earlier checks found, for programs that are checked again and again. A check with a memory and one without give the same.
 */
export interface Memory {
  readonly texts: ParseMemory;
  readonly units: CheckMemory;
}

export const newMemory = (): Memory => ({ texts: new Map(), units: new WeakMap() });

/** The values of `--set name=value`, by name. */
interface Settings {
  readonly set?: ReadonlyMap<string, string>;
}

/** Returns the program without the diagnostics of what models lack that do not concern its reader. */
export function withNeedsOf(checked: CheckedSources, concerns: (need: Need) => boolean): CheckedSources {
  const others = new Set(checked.program.needs.filter((need) => !concerns(need)).map(({ diagnostic }) => diagnostic));
  return { ...checked, diagnostics: checked.diagnostics.filter((diagnostic) => !others.has(diagnostic)) };
}

/**
 * Parses and checks the texts. An imported model that the entry does not train may lack sizes and options. Never throws
 * because of the texts' content.
 */
export function checkProgram(sources: Sources, options: Settings = {}, memory?: Memory): CheckedSources {
  const { entry } = sources;
  const checked = checkEverything(sources, options, memory);
  const trains = (name: string): boolean =>
    checked.files.get(entry)?.declarations.some((one) => one.kind === "train" && one.model.text === name) ?? false;
  return withNeedsOf(checked, ({ model, diagnostic }) => diagnostic.span.file === entry || trains(model));
}

/** Parses and checks the texts, and reports all that any model lacks. Slips in one statement have one report and one fix. */
export function checkEverything(sources: Sources, options: Settings, memory?: Memory): CheckedSources {
  const checked = checkOnce(sources, options, memory);
  const wrong = new Set(checked.diagnostics.flatMap(({ severity, span }) => (severity === "error" ? [span.file] : [])));
  if (wrong.size === 0) return checked;
  const again = memory ?? newMemory();
  let { diagnostics } = checked;
  for (const file of wrong) {
    const text = sources.texts.get(file);
    if (text === undefined) continue;
    diagnostics = withWholeFixes({ file, text }, { ...checked, diagnostics }, (now) =>
      checkOnce({ ...sources, texts: new Map([...sources.texts, [file, now]]) }, options, again),
    );
  }
  return diagnostics === checked.diagnostics ? checked : { ...checked, diagnostics };
}

function checkOnce(sources: Sources, options: Settings, memory?: Memory): CheckedSources & Found {
  const { values, problems } = settings(options.set ?? new Map());
  const parsed = new Map(
    [...sources.texts].map(([file, text]) => [file, inStep("the parser", () => parse(file, text, memory?.texts))]),
  );
  const files = new Map([...parsed].map(([file, { tree }]) => [file, tree]));
  const places = new Map([...parsed].flatMap(([file, { place }]) => (place === undefined ? [] : [[file, place]])));
  const checked = inStep("the checker", () =>
    check({
      entry: sources.entry,
      files,
      set: values,
      schemas: sources.schemas ?? new Map(),
      places,
      ...(memory === undefined ? {} : { memory: memory.units }),
    }),
  );
  const found = new Map<string, Diagnostic[]>();
  for (const one of checked.diagnostics) {
    const { file } = one.span;
    const known = found.get(file);
    if (known === undefined) found.set(file, [one]);
    else known.push(one);
  }
  const told: Diagnostic[] = [];
  const guessed = new Set<Diagnostic>();
  for (const [file, { diagnostics, comments }] of parsed) {
    const text = sources.texts.get(file) ?? "";
    const one = besideDamage(text, { unread: diagnostics, found: found.get(file) ?? [] });
    append(told, one.unread);
    for (const diagnostic of one.guessed) guessed.add(diagnostic);
    append(told, suppress([...one.found, ...quotients(comments, text)], comments, text));
    found.delete(file);
  }
  const entry = parsed.get(sources.entry);
  if (entry !== undefined && entry.tree.declarations.length === 0 && entry.diagnostics.length === 0)
    problems.push(nothingDeclared(sources.entry));
  // The rest is in values of `--set`.
  const all = [...problems, ...told, ...[...found.values()].flat()];
  return {
    program: checked.program,
    files: new Map(
      [...parsed].map(([file, { tree, place }]) => [file, place === undefined ? tree : moved(tree, place)]),
    ),
    missing: checked.missing,
    unread: checked.unread,
    diagnostics: inSourceOrder(all, sources.entry),
    guessed,
  };
}
