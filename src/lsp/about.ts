// What answers start from: an open document and the snapshot of its program.

import type { Range } from "vscode-languageserver/node.js";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type * as ide from "../ide/index.ts";
import { type Places, placesIn } from "./places.ts";
import type { Programs } from "./programs.ts";
import type { Answer, Kind, Question } from "./questions.ts";

/** The documents by their keys, and their programs. */
export interface Known {
  readonly documents: ReadonlyMap<string, TextDocument>;
  readonly programs: Programs;
  /** The colours that an editor has, by file: the next answer may say what differs. */
  readonly tokens: Map<string, { readonly id: string; readonly data: readonly number[] }>;
}

/** The questions of people. */
export type Asked = Exclude<Kind, "check">;
/** The answers of some of these questions. */
export type Answers<K extends Asked> = {
  readonly [P in K]: (known: Known, question: Question<P>) => Promise<Answer<P>>;
};

export interface About {
  readonly snapshot: ide.Snapshot;
  readonly document: TextDocument;
  readonly places: Places;
}

/** Answers about an open document; `null` for any other, and if it cannot be read. */
export async function about<T>(
  { documents, programs }: Known,
  file: string,
  answerIt: (about: About) => T | Promise<T>,
): Promise<T | null> {
  const document = documents.get(file);
  if (document === undefined) return null;
  const snapshot = await programs.snapshot(file);
  if (snapshot === undefined) return null;
  return answerIt({ snapshot, document, places: placesIn(snapshot.texts, (key) => documents.get(key)?.uri) });
}

export const offsets = (document: TextDocument, range: Range) => ({
  start: document.offsetAt(range.start),
  end: document.offsetAt(range.end),
});
