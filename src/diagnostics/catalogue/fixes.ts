// The words of fixes, and their edits.

import type { Span } from "../../base/span.ts";
import type { Fix } from "../diagnostic.ts";

/** Puts `text` where something else stands. */
export const write = (span: Span, text: string, sure: boolean): Fix => ({
  title: `write ${text}`,
  sure,
  edits: [{ span, text }],
});

/** Takes out what stands there. `text`: how it is called. */
export const leaveOut = (span: Span, text: string, sure: boolean): Fix => ({
  title: `leave out ${text}`,
  sure,
  edits: [{ span, text: "" }],
});

/** Puts a call in front of a layer: on a line of its own, or in the same pipe. */
export function writeBefore(layer: Span, call: string, ownLine: boolean): Fix {
  const span = { ...layer, end: layer.start };
  const text = ownLine ? `${call}\n  ` : `${call} -> `;
  return { title: `write ${call} before it`, sure: false, edits: [{ span, text }] };
}

/** A convolution on the skip of a residual connection. `layer`: the text that takes the place of `span`. */
export function adaptSkip(
  span: Span,
  layer: string,
  facts: { readonly strided: boolean; readonly parameters: number; readonly inParentheses: boolean },
): Fix {
  const parameters = facts.parameters.toLocaleString("en-US");
  const title = `let the skip ${facts.strided ? "shrink" : "widen"} too: ${layer}  (+ ${parameters} parameters)`;
  return { title, sure: false, edits: [{ span, text: facts.inParentheses ? `(${layer})` : layer }] };
}
