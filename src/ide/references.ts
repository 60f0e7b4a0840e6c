// All places of the name under the cursor, over all programs at hand: its declaration and its uses.

import type { Span } from "../base/span.ts";
import { type Occurrence, occurrenceAt, occurrences } from "./names.ts";
import { datasetNamed, fieldsOf, modelNamed, outputNames } from "./namesInTrainings.ts";
import { fileNames } from "./scopes.ts";
import type { Snapshot } from "./snapshot.ts";

const keyOf = ({ file, start }: Span): string => `${start} ${file}`;

/**
 * Returns the places that would change together if the name at `offset` did, each once. A model's input and the field that
 * feeds it are one name, and so are an output and its target. `programs`: all that may have the file.
 */
export function referencesAt(programs: readonly Snapshot[], file: string, offset: number): readonly Occurrence[] {
  const at = programs.map((program) => occurrenceAt(program, file, offset)).find((found) => found !== undefined);
  if (at === undefined) return [];
  const same = new Set([keyOf(at.declared)]);
  const links = programs.flatMap(linksIn);
  for (let grown = true; grown; ) {
    grown = false;
    for (const [a, b] of links)
      if (same.has(a) !== same.has(b)) {
        same.add(a).add(b);
        grown = true;
      }
  }
  const found = new Map<string, Occurrence>();
  for (const program of programs)
    for (const list of occurrences(program).values())
      for (const one of list) if (same.has(keyOf(one.declared))) found.set(keyOf(one.span), one);
  return [...found.values()].sort((a, b) =>
    a.span.file === b.span.file ? a.span.start - b.span.start : a.span.file < b.span.file ? -1 : 1,
  );
}

/** Returns the pairs of declarations that a training holds together by their common name. */
function linksIn(program: Snapshot): readonly (readonly [string, string])[] {
  const names = fileNames(program.files, program.entry);
  const links: (readonly [string, string])[] = [];
  for (const [path, { declarations }] of program.files)
    for (const train of declarations) {
      const file = names.get(path);
      if (train.kind !== "train" || file === undefined) continue;
      const model = modelNamed(train, file);
      const dataset = datasetNamed(train, file);
      if (model === undefined || dataset === undefined) continue;
      const outputs = outputNames(model);
      for (const { role, name: field } of fieldsOf(dataset)) {
        const partners = role === "input" ? model.parameters.map(({ name }) => name) : role === "target" ? outputs : [];
        for (const { text, span } of partners)
          if (text === field.text && text !== "") links.push([keyOf(field.span), keyOf(span)]);
      }
    }
  return links;
}

export interface Highlight {
  readonly span: Span;
  readonly writes: boolean;
}

/** Returns the places of the name at `offset` in this file. */
export const highlights = (snapshot: Snapshot, file: string, offset: number): readonly Highlight[] =>
  referencesAt([snapshot], file, offset)
    .filter(({ span }) => span.file === file)
    .map(({ span, declares }) => ({ span, writes: declares }));

/** Returns the places of the name at `offset` in all programs; on request without its declarations. */
export const references = (
  programs: readonly Snapshot[],
  file: string,
  offset: number,
  withDeclaration: boolean,
): readonly Span[] =>
  referencesAt(programs, file, offset)
    .filter(({ declares }) => withDeclaration || !declares)
    .map(({ span }) => span);
