// The messages between the thread of the protocol and the thread for checks. They are plain data, because threads copy them.
// This file knows neither thread.

import {
  type CodeAction,
  CodeActionKind,
  type CompletionItem,
  type Diagnostic,
  type DocumentSymbol,
  type Hover,
  type InlayHint,
  type Location,
  type Position,
  type Range,
  type TextEdit,
} from "vscode-languageserver/node.js";
import type { Packed } from "./packed.ts";

/** The kind of action that applies all sure fixes. */
export const fixAllKind = `${CodeActionKind.SourceFixAll}.nnc`;

/** A document that an editor holds. */
export interface Held {
  readonly uri: string;
  readonly version: number;
  readonly text: string;
}

/** The answer of a check. */
export interface Checked {
  /** The diagnostics by file; the entry is always among the files. */
  readonly diagnostics: ReadonlyMap<string, readonly Diagnostic[]>;
  /** The files that the program has or lacks. */
  readonly files: readonly string[];
}

/** Each question about a file: the facts it asks with, and its answer. */
export interface Questions {
  check: { readonly asks: object; readonly answer: Checked };
  hover: { readonly asks: { readonly position: Position; readonly markdown: boolean }; readonly answer: Hover | null };
  definition: { readonly asks: { readonly position: Position }; readonly answer: Location | null };
  completion: { readonly asks: { readonly position: Position }; readonly answer: CompletionItem[] | null };
  inlayHints: { readonly asks: { readonly range: Range }; readonly answer: InlayHint[] | null };
  symbols: { readonly asks: object; readonly answer: DocumentSymbol[] | null };
  formatting: { readonly asks: object; readonly answer: TextEdit[] | null };
  codeActions: {
    readonly asks: {
      readonly range: Range;
      readonly only: readonly string[] | undefined;
      /** Whether the editor takes edits for a certain version. */
      readonly versioned: boolean;
    };
    readonly answer: CodeAction[] | null;
  };
}

export type Kind = keyof Questions;
export type Answer<K extends Kind = Kind> = Questions[K]["answer"];
/** How the answer travels: the thread of the protocol reads those of checks, and sends all others on. */
export type Reply<K extends Kind = Kind> = K extends "check" ? Checked : Packed;
/** `file`: the key of the document that it is about. */
export type Question<K extends Kind = Kind> = {
  [P in K]: { readonly kind: P; readonly file: string } & Questions[P]["asks"];
}[K];

/** The files that changed since the last job: open documents in their current state, `undefined` for all others. */
export type News = ReadonlyMap<string, Held | undefined>;

/** One task for the thread for checks. */
export interface Job {
  readonly id: number;
  readonly news: News;
  readonly question: Question;
}

/** A message of the thread for checks. */
export type Said =
  /** All of its code is loaded. */
  | { readonly kind: "ready" }
  /** It begins to check these files, or lacks them. */
  | { readonly kind: "reads"; readonly id: number; readonly files: readonly string[] }
  | { readonly kind: "answer"; readonly id: number; readonly answer: Reply }
  /** The check threw an error. */
  | { readonly kind: "failed"; readonly id: number; readonly message: string };
