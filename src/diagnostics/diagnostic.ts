// A diagnostic with its words: plain data that terminals, JSON and editors show. All the words come from the catalogue.

import type { Span } from "../base/span.ts";

export type Severity = "error" | "warning" | "hint";

export interface Related {
  readonly span: Span;
  readonly message: string;
}
/** One step on the way of a shape from the input to the conflict. */
export interface TraceStep {
  readonly span: Span;
  /** Its source: `Conv2D(32, 3x3, relu)`. */
  readonly text: string;
  /** The shape after it: `26 × 26 × 32`. */
  readonly shape: string;
}
export interface Edit {
  readonly span: Span;
  readonly text: string;
}
export interface Fix {
  readonly title: string;
  /** Whether it is safe to apply unseen. */
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
  /** The text under the carets; may be empty. */
  readonly label: string;
  readonly related: readonly Related[];
  readonly trace: readonly TraceStep[];
  /** Sentences of one line each. The title of a fix shows too, so they do not repeat it. */
  readonly help: readonly string[];
  readonly fixes: readonly Fix[];
}
