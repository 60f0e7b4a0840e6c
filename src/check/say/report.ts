// Reporting: each place is told of a problem once, with the use of the block in which it was found. The words are the
// catalogue's.

import type { Span } from "../../base/span.ts";
import { withUse } from "../../diagnostics/catalogue/context.ts";
import { type Code, diagnose, type Finding } from "../../diagnostics/catalogue.ts";
import type { ModelUnderWay } from "../state/building.ts";
import type { Session, Within } from "../state/environment.ts";
import { broken } from "../state/resolved.ts";

/** Where a finding was made: its model, if there is one, and the use of the block. */
export interface Place {
  readonly session: Session;
  readonly model?: ModelUnderWay;
  readonly within?: Within;
}

/** Reports a finding, unless the same place has one of the same code already. Gives the evidence that it was told. */
export function report(place: Place, finding: Finding): typeof broken {
  const { session, within } = place;
  const diagnostic = diagnose(finding);
  if (diagnostic.severity === "error") place.model?.errors.push(finding.span);
  if (firstOf(session, finding.code, finding.span))
    session.diagnostics.push(
      within !== undefined && dependsOnUse(finding.code) ? withUse(diagnostic, within) : diagnostic,
    );
  return broken;
}

/** Findings of these kinds depend on what a block is used with, so that the use is worth showing. */
const dependsOnUse = (code: Code): boolean => code >= "NN007" && code !== "NN011" && code !== "NN116";

function firstOf(session: Session, kind: string, { start, end, file }: Span): boolean {
  const key = `${kind} ${start} ${end} ${file}`;
  if (session.seen.has(key)) return false;
  session.seen.add(key);
  return true;
}

/** Marks a place as having a problem; false where it has one already: another use of a block says nothing new. */
export function firstProblem(place: Place & { readonly model: ModelUnderWay }, span: Span): boolean {
  place.model.errors.push(span);
  return firstOf(place.session, "problem", span);
}

/** What the parser could not read, which it has reported. */
export function unread(place: { readonly model: ModelUnderWay }, span: Span): typeof broken {
  place.model.errors.push(span);
  return broken;
}
