// All diagnostics of nnc, by code. A new one is a new entry in one of the files of catalogue/, together with its first
// case in tests/cases.

import type { Span } from "../base/span.ts";
import { buckets } from "./catalogue/buckets.ts";
import { data } from "./catalogue/data.ts";
import type { Entry } from "./catalogue/entry.ts";
import { heads } from "./catalogue/heads.ts";
import { language } from "./catalogue/language.ts";
import { layers } from "./catalogue/layers.ts";
import { rates } from "./catalogue/rates.ts";
import { shapes } from "./catalogue/shapes.ts";
import { subscripts } from "./catalogue/subscripts.ts";
import { system } from "./catalogue/system.ts";
import { training } from "./catalogue/training.ts";
import type { Diagnostic, Severity } from "./diagnostic.ts";

export const catalogue = {
  ...language,
  ...shapes,
  ...subscripts,
  ...heads,
  ...training,
  ...buckets,
  ...layers,
  ...rates,
  ...data,
  ...system,
};

export type Code = keyof typeof catalogue;
type FieldsOf<C extends Code> = (typeof catalogue)[C] extends Entry<infer F> ? F : never;
/** A finding of a pass, as typed evidence: a code, a place, and the fields of its entry. */
export type Finding = { readonly [C in Code]: { readonly code: C; readonly span: Span } & FieldsOf<C> }[Code];

export const severityOf = (code: Code): Severity => catalogue[code].severity;

/** Words a finding with its entry. */
export function diagnose(finding: Finding): Diagnostic {
  const entry = catalogue[finding.code] as Entry<Finding>;
  const { message, label = "", related = [], trace = [], help = [], fixes = [] } = entry.word(finding);
  return {
    code: finding.code,
    severity: entry.severity,
    message,
    span: finding.span,
    label,
    related,
    trace,
    help,
    fixes,
  };
}
