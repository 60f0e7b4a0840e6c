// The words of fixes, and their edits.

import type { Span } from "../../base/span.ts";
import type { Fix } from "../diagnostic.ts";

/** Replaces the text of a place by `text`. `title`: what is written there, if `text` is long. */
export const write = (span: Span, text: string, sure: boolean, title = text): Fix => ({
  title: `write ${title}`,
  sure,
  edits: [{ span, text }],
});

const longestTitle = 60;

/** Writes a call or statement with several slips anew. */
export function writeAll(span: Span, text: string): Fix {
  const line = text.replace(/\s+/g, " ").trim();
  if (line === "") return leaveOut(span, "the line", true);
  return write(span, text, true, line.length > longestTitle ? `${line.slice(0, longestTitle)}…` : line);
}

/** Puts text in front of a place. `of`: what stands there. */
export const putBefore = (span: Span, text: string, of: string): Fix => ({
  title: `write ${text}${of}`,
  sure: true,
  edits: [{ span: { ...span, end: span.start }, text }],
});

/** Gives a call one more option, at its end. */
export const withArgument = (place: Span, option: string, sure: boolean): Fix => ({
  title: `add ${option}`,
  sure,
  edits: [{ span: place, text: `, ${option}` }],
});

/** Takes out a text and puts what it says elsewhere. `title`: what is written there, if `text` is not all of it. */
export const moveInto = (from: Span, to: Span, text: string, title = text): Fix => ({
  title: `write ${title} there`,
  sure: true,
  edits: [
    { span: from, text: "" },
    { span: to, text },
  ],
});

/** Writes the clause that ends a training which does not get better. */
export const stopAfter = (span: Span, epochs: string): Fix => write(span, `early_stopping patience ${epochs}`, true);

/** Takes out a clause of a training, and sets a share apart at the end of its data set. */
export function setApart(clause: Span, end: Span, percent: number): Fix {
  const split = `split train ${100 - percent}%, validation ${percent}%`;
  return moveInto(clause, end, `\n  ${split}`, split);
}

/** Takes out a position for the batch. */
export const leaveOutBatch = (span: Span): Fix => leaveOut(span, "the position of the batch", true);

/** Takes out the text of a place. `text`: its name in the title. */
export const leaveOut = (span: Span, text: string, sure: boolean): Fix => ({
  title: `leave out ${text}`,
  sure,
  edits: [{ span, text: "" }],
});

/** Puts a call in front of a layer: on its own line, or in the same pipe. */
export function writeBefore(layer: Span, call: string, ownLine: boolean): Fix {
  const span = { ...layer, end: layer.start };
  const text = ownLine ? `${call}\n  ` : `${call} -> `;
  return { title: `write ${call} before it`, sure: false, edits: [{ span, text }] };
}

/** Puts a convolution on the skip of a residual connection. `layer`: the text that replaces `span`. */
export function adaptSkip(
  span: Span,
  layer: string,
  facts: { readonly strided: boolean; readonly parameters: number; readonly inParentheses: boolean },
): Fix {
  const parameters = facts.parameters.toLocaleString("en-US");
  const title = `let the skip ${facts.strided ? "shrink" : "widen"} too: ${layer}  (+ ${parameters} parameters)`;
  return { title, sure: false, edits: [{ span, text: facts.inParentheses ? `(${layer})` : layer }] };
}

/** Takes the module off a name, and something else that has no place here. */
export const leaveOutModule = (module: Span, other?: Span): Fix => ({
  title: "leave out the module",
  sure: true,
  edits: [module, ...(other === undefined ? [] : [other])].map((span) => ({ span, text: "" })),
});

/** Takes a call off its only argument. `text`: its name in the title. */
export const unwrap = (whole: Span, inner: Span, text: string): Fix => ({
  title: `leave out ${text}`,
  sure: true,
  edits: [
    { span: { ...whole, end: inner.start }, text: "" },
    { span: { ...whole, start: inner.end }, text: "" },
  ],
});

/** Starts a new line in place of what stands between two clauses. */
export const startNewLine = (span: Span): Fix => ({
  title: "start a new line",
  sure: true,
  edits: [{ span, text: "\n  " }],
});
