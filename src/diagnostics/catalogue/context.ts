// What most findings about shapes carry beside their own facts: the way of the shape from the input, and the use of the
// block in which they were found.

import type { Span } from "../../base/span.ts";
import type { Related, TraceStep } from "../diagnostic.ts";
import type { Worded } from "./entry.ts";

export interface Context {
  readonly trace?: readonly TraceStep[];
  /** The call that made this copy of a block: `Residual(32, stride: 2)`. */
  readonly within?: { readonly text: string; readonly span: Span };
}

/** `worded` with the trace, the given related places, and the use of the block. */
export function inContext(context: Context, worded: Worded, related: readonly Related[] = []): Worded {
  const use = context.within;
  return {
    ...worded,
    related: [...related, ...(use === undefined ? [] : [{ span: use.span, message: `in this use: ${use.text}` }])],
    ...(context.trace === undefined ? {} : { trace: context.trace }),
  };
}
