// Answers questions about documents by asking ide: the half of the server that may take its time. It holds copies of the
// documents, and the snapshots of their programs. It knows nothing of threads.

import { CodeActionKind, type Diagnostic, type FullDocumentDiagnosticReport } from "vscode-languageserver/node.js";
import { TextDocument } from "vscode-languageserver-textdocument";
import * as ide from "../ide/index.ts";
import { type Asked, about, type Known, offsets } from "./about.ts";
import { answersAboutNames } from "./namesAnswers.ts";
import { pack } from "./packed.ts";
import { type Places, placesIn, uriOf } from "./places.ts";
import { programsOf } from "./programs.ts";
import { type Answer, type Checked, fixAllKind, type News, type Question, type Reply } from "./questions.ts";
import { answersAboutTexts } from "./textsAnswers.ts";
import {
  distinct,
  toCompletion,
  toDiagnostic,
  toHover,
  toInlayHint,
  toQuickFix,
  toSymbol,
  toTextEdit,
  toWorkspaceEdit,
} from "./translate.ts";

export interface Answerer {
  /** Takes in changes of documents. */
  learn(news: News): void;
  answer(question: Question): Promise<Reply>;
}

/** Makes the answers. Calls `reads` with files before their check. */
export function answererOf(reads: (files: readonly string[]) => void): Answerer {
  const documents = new Map<string, TextDocument>();
  const texts = () => new Map([...documents].map(([file, document]) => [file, document.getText()]));
  const programs = programsOf(texts, reads);
  const tokens: Known["tokens"] = new Map();
  return {
    learn(news) {
      for (const [file, held] of news) {
        if (held === undefined) {
          documents.delete(file);
          programs.closed(file);
          tokens.delete(file);
        } else documents.set(file, TextDocument.create(held.uri, "nn", held.version, held.text));
        programs.changed(file);
      }
    },
    async answer(question) {
      const known: Known = { documents, programs, tokens };
      if (question.kind === "check") return check(known, question);
      const found = await answer(known, question);
      return question.kind === "rename" || question.kind === "prepareRename" ? (found as Reply) : pack(found);
    },
  };
}

const answers: { readonly [K in Asked]: (known: Known, question: Question<K>) => Promise<Answer<K>> } = {
  hover: (known, { file, position, markdown }) =>
    about(known, file, async ({ snapshot, document, places }) => {
      const found = await ide.hoverWithCosts(snapshot, file, document.offsetAt(position));
      return found === undefined ? null : toHover(found, places, markdown);
    }),
  definition: (known, { file, position }) =>
    about(known, file, ({ snapshot, document, places }) => {
      const found = ide.definition(snapshot, file, document.offsetAt(position));
      return found === undefined ? null : places.location(found);
    }),
  completion: (known, { file, position }) =>
    about(known, file, ({ snapshot, document }) =>
      ide.completions(snapshot, file, document.offsetAt(position)).map(toCompletion),
    ),
  inlayHints: (known, { file, range }) =>
    about(known, file, ({ snapshot, document, places }) =>
      ide.inlayHints(snapshot, file, offsets(document, range)).map((hint) => toInlayHint(hint, file, places)),
    ),
  symbols: (known, { file }) =>
    about(known, file, ({ snapshot, places }) =>
      ide.symbols(snapshot, file).map((outline) => toSymbol(outline, places)),
    ),
  formatting,
  codeActions,
  ...answersAboutNames,
  ...answersAboutTexts,
  pull,
};

const answer = <K extends Asked>(known: Known, question: Question<K> & { readonly kind: K }): Promise<Answer<K>> =>
  answers[question.kind](known, question);

/** Turns them one by one, because the first of very many are enough. */
function* shown(problems: readonly ide.Problem[], places: Places): Iterable<Diagnostic> {
  for (const problem of problems) yield toDiagnostic(problem, places);
}

async function check({ documents, programs }: Known, { file: entry }: Question<"check">): Promise<Checked> {
  const snapshot = await programs.snapshot(entry);
  if (snapshot === undefined) return { diagnostics: new Map([[entry, []]]), files: [entry] };
  const places = placesIn(snapshot.texts, (key) => documents.get(key)?.uri);
  const files = new Set([entry, ...snapshot.diagnostics.map(({ span }) => span.file)]);
  return {
    diagnostics: new Map([...files].map((file) => [file, distinct(shown(ide.diagnostics(snapshot, file), places))])),
    files: [...snapshot.texts.keys(), ...snapshot.missing],
  };
}

/** Needs no check, but reading a long text also takes time. */
async function formatting({ documents }: Known, { file }: Question<"formatting">): Promise<Answer<"formatting">> {
  const document = documents.get(file);
  if (document === undefined) return null;
  const text = document.getText();
  const places = placesIn(new Map([[file, text]]), () => undefined);
  return ide.formatting(file, text).map((edit) => toTextEdit(edit, places));
}

/** Answers with fixes: one for each problem, and all sure ones together. */
function codeActions(
  known: Known,
  { file, range, only, versioned }: Question<"codeActions">,
): Promise<Answer<"codeActions">> {
  const byUri = new Map([...known.documents.values()].map((document) => [document.uri, document]));
  const versions = { supported: versioned, of: (uri: string) => byUri.get(uri)?.version ?? null };
  const wanted = (kind: string): boolean =>
    only === undefined || only.some((one) => kind === one || kind.startsWith(`${one}.`));
  return about(known, file, ({ snapshot, document, places }) => {
    const fixes = ide.quickFixes(snapshot, file, offsets(document, range)).map((fix) => {
      const edit = toWorkspaceEdit(fix.edits, places, versions);
      return toQuickFix(fix, edit, places);
    });
    const edits = ide.fixAll(snapshot, file);
    const all = edits.length > 1 || only !== undefined ? edits : [];
    const everything = {
      title: "apply all sure fixes",
      kind: fixAllKind,
      edit: toWorkspaceEdit(all, places, versions),
    };
    return [
      ...(wanted(CodeActionKind.QuickFix) ? fixes : []),
      ...(wanted(fixAllKind) && all.length > 0 ? [everything] : []),
    ];
  });
}

/** Answers with the diagnostics of the file, and of the files that its program reads. */
async function pull(known: Known, { file, before }: Question<"pull">): Promise<Answer<"pull">> {
  if (!known.documents.has(file)) return { kind: "full", items: [] };
  const { diagnostics } = await check(known, { kind: "check", file });
  const { createHash } = await import("node:crypto");
  const resultId = createHash("sha256")
    .update(JSON.stringify([...diagnostics]))
    .digest("base64url");
  if (resultId === before) return { kind: "unchanged", resultId };
  const others = [...diagnostics].filter(([path]) => path !== file);
  const relatedDocuments: Record<string, FullDocumentDiagnosticReport> = Object.fromEntries(
    others.map(([path, items]) => [known.documents.get(path)?.uri ?? uriOf(path), { kind: "full", items: [...items] }]),
  );
  return {
    kind: "full",
    resultId,
    items: [...(diagnostics.get(file) ?? [])],
    ...(others.length === 0 ? {} : { relatedDocuments }),
  };
}
