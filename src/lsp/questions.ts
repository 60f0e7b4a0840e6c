// The messages between the thread of the protocol and the thread for checks. They are plain data, because threads copy them.
// This file knows neither thread.

import {
  type CallHierarchyIncomingCall,
  type CallHierarchyItem,
  type CallHierarchyOutgoingCall,
  type CodeAction,
  CodeActionKind,
  type CodeLens,
  type CompletionItem,
  type Diagnostic,
  type DocumentDiagnosticReport,
  type DocumentHighlight,
  type DocumentLink,
  type DocumentSymbol,
  type FoldingRange,
  type Hover,
  type InlayHint,
  type Location,
  type Position,
  type Range,
  type SelectionRange,
  type SemanticTokens,
  type SemanticTokensDelta,
  type SignatureHelp,
  type TextEdit,
  type WorkspaceEdit,
  type WorkspaceSymbol,
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

/** Where to look for other programs that have a file: the folders of the workspace. */
interface Wide {
  readonly folders: readonly string[];
}
/** An answer, or why there is none. */
export type Refusable<T> = { readonly ok: T } | { readonly refused: string };
/** The declaration of a block or model, in the program that begins with `entry`. */
export interface CallData {
  readonly entry: string;
  readonly declared: { readonly file: string; readonly start: number; readonly end: number };
}
/** A model of the program that begins with `entry`. */
export interface LensData {
  readonly entry: string;
  readonly model: string;
  readonly kind: "size" | "train";
}
/** The answer to "why this shape?": the text for people, and the places. */
export interface Why {
  readonly text: string;
  readonly steps: readonly {
    readonly location: Location;
    readonly text: string;
    readonly shape: string;
    readonly rule?: string;
  }[];
}

/** A model as pictures: a page whose blocks fold, and an SVG. */
export interface Graph {
  readonly model: string;
  readonly html: string;
  readonly svg: string;
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
  references: {
    readonly asks: { readonly position: Position; readonly declaration: boolean } & Wide;
    readonly answer: Location[] | null;
  };
  highlights: { readonly asks: { readonly position: Position }; readonly answer: DocumentHighlight[] | null };
  prepareRename: {
    readonly asks: { readonly position: Position };
    readonly answer: Refusable<{ readonly range: Range; readonly placeholder: string }> | null;
  };
  rename: {
    readonly asks: { readonly position: Position; readonly name: string; readonly versioned: boolean } & Wide;
    readonly answer: Refusable<WorkspaceEdit> | null;
  };
  calls: { readonly asks: { readonly position: Position }; readonly answer: CallHierarchyItem[] | null };
  callers: { readonly asks: CallData & Wide; readonly answer: CallHierarchyIncomingCall[] | null };
  callees: { readonly asks: CallData; readonly answer: CallHierarchyOutgoingCall[] | null };
  workspaceSymbols: { readonly asks: { readonly query: string } & Wide; readonly answer: WorkspaceSymbol[] | null };
  tokens: { readonly asks: { readonly range: Range | undefined }; readonly answer: SemanticTokens | null };
  tokensDelta: {
    readonly asks: { readonly before: string };
    readonly answer: SemanticTokens | SemanticTokensDelta | null;
  };
  signature: { readonly asks: { readonly position: Position }; readonly answer: SignatureHelp | null };
  folds: { readonly asks: object; readonly answer: FoldingRange[] | null };
  selections: { readonly asks: { readonly positions: readonly Position[] }; readonly answer: SelectionRange[] | null };
  links: { readonly asks: object; readonly answer: DocumentLink[] | null };
  /** `trains`: whether the editor has the command that trains. */
  lenses: { readonly asks: { readonly trains: boolean }; readonly answer: CodeLens[] | null };
  lens: { readonly asks: { readonly lens: CodeLens; readonly data: LensData }; readonly answer: CodeLens };
  rangeFormatting: { readonly asks: { readonly range: Range }; readonly answer: TextEdit[] | null };
  typingFormatting: {
    readonly asks: { readonly position: Position; readonly key: string };
    readonly answer: TextEdit[] | null;
  };
  pull: { readonly asks: { readonly before: string | undefined }; readonly answer: DocumentDiagnosticReport };
  /** `model`: by default the first that is trained. */
  graph: { readonly asks: { readonly model: string | undefined }; readonly answer: Graph | null };
  why: { readonly asks: { readonly position: Position }; readonly answer: Why | null };
}

export type Kind = keyof Questions;
export type Answer<K extends Kind = Kind> = Questions[K]["answer"];
/** The questions whose answers the thread of the protocol reads. */
export type Unpacked = "check" | "prepareRename" | "rename";
/** How the answer travels: the thread of the protocol reads some, and sends all others on. */
export type Reply<K extends Kind = Kind> = K extends Unpacked ? Answer<K> : Packed;
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
