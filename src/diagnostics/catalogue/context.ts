// The context of findings about shapes: the way of the shape from the input, and the use of the block in which the
// checker found them.

import { type Span, sameSpan } from "../../base/span.ts";
import type { Diagnostic, Related, TraceStep } from "../diagnostic.ts";
import type { Worded } from "./entry.ts";

export interface Context {
  readonly trace?: readonly TraceStep[];
}

/** Adds the trace and the given related places to `worded`. */
export const inContext = (context: Context, worded: Worded, related: readonly Related[] = []): Worded => ({
  ...worded,
  related,
  ...(context.trace === undefined ? {} : { trace: context.trace }),
});

/** Adds the call that made this copy of a block to the diagnostic: `Residual(32, stride: 2)`. */
export function withUse(diagnostic: Diagnostic, use: { readonly text: string; readonly span: Span }): Diagnostic {
  if (sameSpan(use.span, diagnostic.span)) return diagnostic;
  return { ...diagnostic, related: [...diagnostic.related, { span: use.span, message: `in this use: ${use.text}` }] };
}
