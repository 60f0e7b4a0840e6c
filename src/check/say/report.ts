// Reports each problem of a place once, with the use of the block in which it appeared. The catalogue holds the words.

import type { Span } from "../../base/span.ts";
import { withUse } from "../../diagnostics/catalogue/context.ts";
import { type Code, diagnose, type Finding } from "../../diagnostics/catalogue.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { ModelUnderWay } from "../state/building.ts";
import type { Session, Within } from "../state/environment.ts";
import { broken, type Unresolved } from "../state/resolved.ts";

/** The origin of a finding: its model, if there is one, and the use of the block. */
export interface Place {
  readonly session: Session;
  readonly model?: ModelUnderWay;
  readonly within?: Within;
}

/** Reports a finding, unless the same place already has one of the same code. Returns the evidence of the report. */
export function report(place: Place, finding: Finding): typeof broken {
  tell(place, finding);
  return broken;
}

/** Reports a size or an option that a model lacks. It stops only a command that compiles this model. */
export function reportNeed(place: Place, model: string, finding: Finding): typeof broken {
  const diagnostic = tell(place, finding);
  if (diagnostic !== undefined) place.session.needs.push({ model, diagnostic });
  return broken;
}

function tell(place: Place, finding: Finding): Diagnostic | undefined {
  const { session, within } = place;
  const plain = diagnose(finding);
  if (plain.severity === "error") place.model?.errors.push(finding.span);
  if (!firstOf(session, keyOf(finding.code, finding.span))) return undefined;
  const diagnostic = within !== undefined && dependsOnUse(finding.code) ? withUse(plain, within) : plain;
  session.diagnostics.push(diagnostic);
  return diagnostic;
}

/** Findings of these kinds depend on the use of a block, so the use is worth showing. */
const dependsOnUse = (code: Code): boolean => code >= "NN007" && code !== "NN011" && code !== "NN116";

/** The key of a report among those of a program. */
export const keyOf = (kind: string, { start, end, file }: Span): string => `${kind} ${start} ${end} ${file}`;

function firstOf({ seen }: Session, key: string): boolean {
  if (seen.has(key)) return false;
  seen.add(key);
  return true;
}

/**
 * Reports what is wrong with a faulty place, unless the place already is known as faulty: another use of a block adds nothing new.
 */
export function reportFirst(
  place: Place & { readonly model: ModelUnderWay },
  span: Span,
  tellIt: () => Unresolved,
): Unresolved {
  const { session, model } = place;
  model.errors.push(span);
  const key = keyOf("problem", span);
  if (!firstOf(session, key)) return broken;
  const before = session.diagnostics.length;
  const told = tellIt();
  for (const one of session.diagnostics.slice(before)) session.guards.set(one, key);
  return told;
}

/** The answer for a part that the parser could not read, and has reported. */
export function unread(place: { readonly model: ModelUnderWay }, span: Span): typeof broken {
  place.model.errors.push(span);
  return broken;
}
