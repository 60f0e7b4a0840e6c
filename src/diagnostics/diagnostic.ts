// What a diagnostic is once it has been worded: plain data that terminals, JSON and editors show. The words come from
// the catalogue; nobody else writes any.

import type { Span } from "../base/span.ts";

export type Severity = "error" | "warning" | "hint";

export interface Related {
  readonly span: Span;
  readonly message: string;
}
/** One step of the way a shape took from the input to the conflict. */
export interface TraceStep {
  readonly span: Span;
  /** As written: `Conv2D(32, 3x3, relu)`. */
  readonly text: string;
  /** After it: `26 × 26 × 32`. */
  readonly shape: string;
}
export interface Edit {
  readonly span: Span;
  readonly text: string;
}
export interface Fix {
  readonly title: string;
  /** Whether applying it without looking is right. */
  readonly sure: boolean;
  readonly edits: readonly Edit[];
}
export interface Diagnostic {
  /** `NN102` */
  readonly code: string;
  readonly severity: Severity;
  /** A fact in lower case, on one line. */
  readonly message: string;
  readonly span: Span;
  /** What stands under the carets; may be empty. */
  readonly label: string;
  readonly related: readonly Related[];
  readonly trace: readonly TraceStep[];
  /** One line each; the fix's title is shown too, so not again here. */
  readonly help: readonly string[];
  readonly fixes: readonly Fix[];
}
