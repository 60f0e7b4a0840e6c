// Which blocks and models use which blocks.

import type { Span } from "../base/span.ts";
import { type Occurrence, occurrenceAt, occurrences } from "./names.ts";
import type { Snapshot } from "./snapshot.ts";

export interface CallItem {
  readonly kind: "block" | "model";
  readonly name: string;
  readonly span: Span;
  readonly nameSpan: Span;
}

export interface CallEdge {
  readonly item: CallItem;
  /** The places of the calls. */
  readonly places: readonly Span[];
}

const keyOf = ({ file, start }: Span): string => `${start} ${file}`;

function itemOf({ inside }: Occurrence): CallItem | undefined {
  if (inside.kind !== "block" && inside.kind !== "model") return undefined;
  return { kind: inside.kind, name: inside.name.text, span: inside.span, nameSpan: inside.name.span };
}

const all = (programs: readonly Snapshot[]): readonly Occurrence[] =>
  programs.flatMap((program) => [...occurrences(program).values()].flat());

/** Returns the block or model that the name at `offset` stands for. */
export function callItem(programs: readonly Snapshot[], file: string, offset: number): CallItem | undefined {
  const at = programs.map((program) => occurrenceAt(program, file, offset)).find((found) => found !== undefined);
  if (at?.kind !== "block" && at?.kind !== "model") return undefined;
  return declaredItem(programs, at.declared);
}

function declaredItem(programs: readonly Snapshot[], declared: Span): CallItem | undefined {
  const found = all(programs).find(({ declares, span }) => declares && keyOf(span) === keyOf(declared));
  return found && itemOf(found);
}

/** Returns the blocks and models that use the block declared at this place. */
export function callers(programs: readonly Snapshot[], declared: Span): readonly CallEdge[] {
  const uses = all(programs).filter((one) => !one.declares && keyOf(one.declared) === keyOf(declared));
  return edges(uses, itemOf);
}

/** Returns the blocks that the block or model declared at this place uses. */
export function callees(programs: readonly Snapshot[], declared: Span): readonly CallEdge[] {
  const uses = all(programs).filter(
    (one) =>
      one.kind === "block" && !one.declares && "name" in one.inside && keyOf(one.inside.name.span) === keyOf(declared),
  );
  return edges(uses, (one) => declaredItem(programs, one.declared));
}

function edges(uses: readonly Occurrence[], ofUse: (use: Occurrence) => CallItem | undefined): readonly CallEdge[] {
  const found = new Map<string, { readonly item: CallItem; readonly places: Map<string, Span> }>();
  for (const use of uses) {
    const item = ofUse(use);
    if (item === undefined) continue;
    const edge = found.get(keyOf(item.nameSpan)) ?? { item, places: new Map() };
    edge.places.set(keyOf(use.span), use.span);
    found.set(keyOf(item.nameSpan), edge);
  }
  return [...found.values()].map(({ item, places }) => ({ item, places: [...places.values()] }));
}
