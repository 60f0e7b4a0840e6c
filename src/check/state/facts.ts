// What the editor is told of places in the source, each place once.

import type { Span } from "../../base/span.ts";
import type { Fact } from "../model.ts";
import type { Session } from "./environment.ts";

const factKey = (kind: Fact["kind"], { start, end, file }: Span): string => `${kind} ${start} ${end} ${file}`;

/** Whether a fact of this kind is known of the place: then it need not be worked out again. */
export const isNoted = (session: Session, kind: Fact["kind"], span: Span): boolean =>
  session.seen.has(factKey(kind, span));

/** Records a fact for the editor, the first time its place is reached. */
export function note(session: Session, fact: Fact): void {
  const key = factKey(fact.kind, fact.span);
  if (session.seen.has(key)) return;
  session.seen.add(key);
  session.facts.push(fact);
}
