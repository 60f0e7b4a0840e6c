// Facts for the editor about places in the source, one of each kind for each place.

import type { Span } from "../../base/span.ts";
import type { Fact } from "../model.ts";
import type { Session } from "./environment.ts";

const factKey = (kind: Fact["kind"], { start, end, file }: Span): string => `${kind} ${start} ${end} ${file}`;

/** Whether the place already has a fact of this kind: then nobody need work it out again. */
export const isNoted = (session: Session, kind: Fact["kind"], span: Span): boolean =>
  session.seen.has(factKey(kind, span));

/** Returns the facts of several lists, the first one of each kind for each place. */
export function distinct(lists: readonly (readonly Fact[])[]): readonly Fact[] {
  const first = new Map<string, Fact>();
  for (const facts of lists)
    for (const fact of facts) {
      const key = factKey(fact.kind, fact.span);
      if (!first.has(key)) first.set(key, fact);
    }
  return [...first.values()];
}

/** Records a fact for the editor, unless its place already has one. */
export const note = (session: Session, fact: Fact): void => noteFirst(session, fact.kind, fact.span, () => fact);

/** Records a fact in the same way, and makes it only then. */
export function noteFirst(session: Session, kind: Fact["kind"], span: Span, make: () => Fact): void {
  const key = factKey(kind, span);
  if (session.seen.has(key)) return;
  session.seen.add(key);
  session.facts.push(make());
}
