// A program as the editor sees it: the texts of one moment, checked once, with the facts of the check by place.
// Immutable: a changed text makes a new snapshot. Knows nothing of documents, versions or protocols.

import type { Span } from "../base/span.ts";
import type { CheckedProgram, Fact } from "../check/model.ts";
import { checkProgram, type Memory } from "../driver/check.ts";
import type { CheckResult, SchemaAnswer, Sources } from "../driver/options.ts";
import type { SourceFile } from "../syntax/ast.ts";

export { type Memory, newMemory } from "../driver/check.ts";

export type ShapeFact = Extract<Fact, { kind: "shape" }>;
export type ReferenceFact = Extract<Fact, { kind: "reference" }>;

export interface Snapshot extends CheckResult {
  readonly entry: string;
  readonly texts: ReadonlyMap<string, string>;
  readonly files: ReadonlyMap<string, SourceFile>;
  readonly program: CheckedProgram;
  /** What the check knew of files of data, by `schemaKey`. */
  readonly schemas: ReadonlyMap<string, SchemaAnswer>;
  /** The memory of its check. */
  readonly memory: Memory | undefined;
  /** Returns the shape of the expression or name at exactly this place. */
  shapeAt(span: Span): ShapeFact | undefined;
  /** Returns the meaning of the name at exactly this place. */
  referenceAt(span: Span): ReferenceFact | undefined;
}

const placeKey = ({ file, start, end }: Span): string => `${start} ${end} ${file}`;

/**
 * Checks the program once; everything else in this folder asks the snapshot. Has the type of `run` of host's `load`. A memory makes
 * the check of a program quick that was checked before, with other texts.
 */
export function openProgram({ entry, texts, schemas = new Map() }: Sources, memory?: Memory): Snapshot {
  const own = new Map(texts);
  const checked = checkProgram({ entry, texts: own, schemas }, {}, memory);
  let places: Facts | undefined;
  const facts = (): Facts => {
    places ??= factsOf(checked.program);
    return places;
  };
  return {
    entry,
    texts: own,
    files: checked.files,
    program: checked.program,
    schemas,
    diagnostics: checked.diagnostics,
    missing: checked.missing,
    unread: checked.unread ?? [],
    memory,
    shapeAt: (span) => facts().shapes.get(placeKey(span)),
    referenceAt: (span) => facts().references.get(placeKey(span)),
  };
}

interface Facts {
  readonly shapes: ReadonlyMap<string, ShapeFact>;
  readonly references: ReadonlyMap<string, ReferenceFact>;
}

function factsOf(program: CheckedProgram): Facts {
  const shapes = new Map<string, ShapeFact>();
  const references = new Map<string, ReferenceFact>();
  for (const fact of program.facts)
    if (fact.kind === "shape") shapes.set(placeKey(fact.span), fact);
    else references.set(placeKey(fact.span), fact);
  return { shapes, references };
}
