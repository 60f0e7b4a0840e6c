// Renames: all places of a name at once, over files that import each other. Refuses what would change the meaning of a
// program, and says why.

import type { Span } from "../base/span.ts";
import type { Edit } from "../diagnostics/diagnostic.ts";
import { findEncoder, findFunction, findLayer } from "../ops/registry.ts";
import { words } from "../syntax/tokens.ts";
import { asExpr, asName, pathAt } from "./locate.ts";
import { columnsIn, type Occurrence, occurrenceAt, occurrences } from "./names.ts";
import { fieldsOf } from "./namesInTrainings.ts";
import { referencesAt } from "./references.ts";
import type { Snapshot } from "./snapshot.ts";

export type Renaming<T> = { readonly ok: T } | { readonly refused: string };

export interface Renamable {
  readonly span: Span;
  readonly name: string;
}

/** Returns the name at `offset`, or why nobody can rename it. */
export function prepareRename(snapshot: Snapshot, file: string, offset: number): Renaming<Renamable> {
  const found = occurrenceAt(snapshot, file, offset);
  if (found === undefined) return { refused: reasonAt(snapshot, file, offset) };
  return { ok: { span: found.span, name: found.name } };
}

function reasonAt(snapshot: Snapshot, file: string, offset: number): string {
  const path = pathAt(snapshot.files.get(file), offset);
  const place = path.at(-1);
  const reference = place && snapshot.referenceAt(place.span);
  if (reference?.op !== undefined) return `'${reference.name}' belongs to nnc`;
  if (reference !== undefined) return `'${reference.name}' is a column of the data, which no edit reaches`;
  const expr = asExpr(place);
  if (expr?.kind === "name") return `nothing is called '${expr.name}'`;
  return asName(place) === undefined ? "here is no name" : "this name belongs to nnc";
}

const reserved: ReadonlySet<string> = new Set(
  Object.values(words)
    .filter(({ word }) => word === "reserved")
    .map(({ display }) => display.slice(1, -1)),
);

/** Returns the name as a program writes it; undefined if it cannot. */
function spelling(name: string): string | undefined {
  const plain = /^`[^`\n]+`$/.test(name) ? name.slice(1, -1) : name;
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(plain) && plain !== "_" && !reserved.has(plain)) return plain;
  return /^[^`\n\r]+$/.test(plain) && plain.trim() !== "" ? `\`${plain}\`` : undefined;
}

/** Returns the edits that rename what is at `offset`, or why that cannot be. `programs`: all that may have the file. */
export function rename(
  programs: readonly Snapshot[],
  file: string,
  offset: number,
  wanted: string,
): Renaming<readonly Edit[]> {
  const text = spelling(wanted);
  if (text === undefined) return { refused: `'${wanted}' cannot be a name` };
  const [own] = programs;
  const places = referencesAt(programs, file, offset);
  const [first] = places;
  if (own === undefined || first === undefined)
    return { refused: own === undefined ? "the file cannot be read" : reasonAt(own, file, offset) };
  const plain = text.startsWith("`") ? text.slice(1, -1) : text;
  if (places.every(({ name }) => name === plain)) return { ok: [] };
  const clash = clashOf(programs, places, plain);
  if (clash !== undefined) return { refused: clash };
  const edits = places.map(({ span }): Edit => ({ span, text }));
  return { ok: [...edits, ...places.flatMap((place) => keepingColumn(programs, place))] };
}

const wide: ReadonlySet<string> = new Set(["constant", "block", "model", "dataset"]);

/** Says where the new name already means something, so that it would hide or catch another one. */
function clashOf(programs: readonly Snapshot[], places: readonly Occurrence[], name: string): string | undefined {
  if (findLayer(name) !== undefined || findFunction(name) !== undefined || findEncoder(name) !== undefined)
    return `'${name}' is a name of nnc`;
  const isWide = places.some(({ kind }) => wide.has(kind));
  const files = new Set(places.map(({ span }) => span.file));
  const around = new Set(places.map(({ inside }) => inside.span.start + inside.span.file));
  for (const program of programs)
    for (const [path, list] of occurrences(program))
      for (const one of list) {
        if (one.name !== name) continue;
        const near = around.has(one.inside.span.start + path);
        const meets = isWide ? files.has(path) || wide.has(one.kind) : near || (files.has(path) && wide.has(one.kind));
        if (meets) return `'${name}' is already a name here`;
      }
  return undefined;
}

/** A field that takes the column of its own name goes on taking it: `input area` becomes `input size = area`. */
function keepingColumn(programs: readonly Snapshot[], { kind, declares, span, name }: Occurrence): readonly Edit[] {
  if (kind !== "field" || !declares) return [];
  for (const program of programs)
    for (const declaration of program.files.get(span.file)?.declarations ?? []) {
      if (declaration.kind !== "dataset") continue;
      const field = fieldsOf(declaration).find((each) => each.name.span.start === span.start);
      if (field === undefined) continue;
      const { file } = span;
      const column = /^[A-Za-z_]\w*$/.test(name) ? name : `\`${name}\``;
      if (field.transform === undefined)
        return [{ span: { file, start: field.span.end, end: field.span.end }, text: ` = ${column}` }];
      const isNoise = program.program.datasets.some(({ noise }) => noise.some((one) => one.span.start === span.start));
      if (isNoise || columnsIn(program, field.transform).size > 0) return [];
      const { start } = field.transform.span;
      return [{ span: { file, start, end: start }, text: `${column} -> ` }];
    }
  return [];
}
