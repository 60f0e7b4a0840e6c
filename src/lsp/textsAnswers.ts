// The answers about a text: its colours, folds, links and lenses, its form, and why a shape is what it is.

import { FoldingRangeKind, type SelectionRange, type SemanticTokensEdit } from "vscode-languageserver/node.js";
import * as ide from "../ide/index.ts";
import { type Answers, about, type Known, offsets } from "./about.ts";
import { placesIn, uriOf } from "./places.ts";
import { toSignatureHelp, toTextEdit } from "./translate.ts";

type AboutTexts =
  | "tokens"
  | "tokensDelta"
  | "signature"
  | "folds"
  | "selections"
  | "links"
  | "lenses"
  | "lens"
  | "rangeFormatting"
  | "typingFormatting"
  | "why"
  | "graph";

/** Returns the numbers of the protocol: five for each token, its place relative to the one before. */
function numbersOf(known: Known, file: string, range: { start: number; end: number } | undefined) {
  return about(known, file, ({ snapshot, document }) => {
    const data: number[] = [];
    let before = { line: 0, character: 0 };
    for (const { start, end, kind, modifiers } of ide.semanticTokens(snapshot, file, range)) {
      const at = document.positionAt(start);
      const line = at.line - before.line;
      data.push(line, line === 0 ? at.character - before.character : at.character, end - start);
      data.push(ide.tokenKinds.indexOf(kind));
      data.push(modifiers.reduce((bits, one) => bits | (1 << ide.tokenModifiers.indexOf(one)), 0));
      before = at;
    }
    return data;
  });
}

let ids = 0;

/** Returns what makes the second list of the first: one edit of what lies between the common ends. */
function difference(before: readonly number[], after: readonly number[]): readonly SemanticTokensEdit[] {
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < most - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  if (head === before.length && head === after.length) return [];
  return [{ start: head, deleteCount: before.length - head - tail, data: after.slice(head, after.length - tail) }];
}

export const answersAboutTexts: Answers<AboutTexts> = {
  async tokens(known, { file, range }) {
    const document = known.documents.get(file);
    if (document === undefined) return null;
    const data = await numbersOf(known, file, range === undefined ? undefined : offsets(document, range));
    if (data === null) return null;
    if (range !== undefined) return { data };
    const resultId = String(++ids);
    known.tokens.set(file, { id: resultId, data });
    return { resultId, data };
  },
  async tokensDelta(known, { file, before }) {
    const last = known.tokens.get(file);
    const data = await numbersOf(known, file, undefined);
    if (data === null) return null;
    const resultId = String(++ids);
    known.tokens.set(file, { id: resultId, data });
    if (last === undefined || last.id !== before) return { resultId, data };
    return { resultId, edits: [...difference(last.data, data)] };
  },
  signature: (known, { file, position }) =>
    about(known, file, ({ snapshot, document }) => {
      const found = ide.signatureAt(snapshot, file, document.offsetAt(position));
      return found === undefined ? null : toSignatureHelp(found);
    }),
  async folds({ documents }, { file }) {
    const text = documents.get(file)?.getText();
    if (text === undefined) return null;
    const kinds = { code: undefined, comment: FoldingRangeKind.Comment, imports: FoldingRangeKind.Imports };
    return ide.folds(file, text).map(({ first, last, kind }) => ({
      startLine: first - 1,
      endLine: last - 1,
      ...(kinds[kind] === undefined ? {} : { kind: kinds[kind] }),
    }));
  },
  selections: (known, { file, positions }) =>
    about(known, file, ({ snapshot, document, places }) =>
      positions.map((position) => {
        const spans = ide.selections(snapshot, file, document.offsetAt(position));
        const [whole, ...inner] = spans.toReversed().map(places.range);
        let at: SelectionRange = { range: whole ?? { start: position, end: position } };
        for (const range of inner) at = { range, parent: at };
        return at;
      }),
    ),
  links: (known, { file }) =>
    about(known, file, ({ snapshot, places }) =>
      ide.fileLinks(snapshot, file).map(({ span, target }) => ({
        range: places.range(span),
        target: known.documents.get(target)?.uri ?? uriOf(target),
      })),
    ),
  lenses: (known, { file, trains }) =>
    about(known, file, ({ snapshot, places }) =>
      ide
        .lenses(snapshot, file)
        .filter(({ kind }) => kind === "size" || trains)
        .map(({ span, kind, model }) => ({ range: places.range(span), data: { entry: file, kind, model } })),
    ),
  async lens(known, { lens, data }) {
    const snapshot = await known.programs.snapshot(data.entry);
    if (data.kind === "train") {
      const args = [known.documents.get(data.entry)?.uri ?? uriOf(data.entry), data.model];
      return { ...lens, command: { title: "train", command: "nnc.train", arguments: args } };
    }
    const size = snapshot && (await ide.sizeText(snapshot, data.model));
    return { ...lens, command: { title: size ?? "no size: the model has errors or is very large", command: "" } };
  },
  async rangeFormatting({ documents }, { file, range }) {
    const document = documents.get(file);
    if (document === undefined) return null;
    const text = document.getText();
    const places = placesIn(new Map([[file, text]]), () => undefined);
    return ide.rangeFormatting(file, text, offsets(document, range)).map((edit) => toTextEdit(edit, places));
  },
  async typingFormatting({ documents }, { file, position, key }) {
    const document = documents.get(file);
    if (document === undefined) return null;
    const text = document.getText();
    const places = placesIn(new Map([[file, text]]), () => undefined);
    return ide.typingFormatting(file, text, document.offsetAt(position), key).map((edit) => toTextEdit(edit, places));
  },
  async graph({ documents, programs }, { file, model }) {
    const snapshot = documents.has(file) ? await programs.snapshot(file) : undefined;
    return (snapshot && (await ide.networkPicture(snapshot, model))) ?? null;
  },
  why: (known, { file, position }) =>
    about(known, file, ({ snapshot, document, places }) => {
      const steps = ide.why(snapshot, file, document.offsetAt(position));
      if (steps.length === 0) return null;
      return {
        text: ide.whyText(snapshot, steps),
        steps: steps.map(({ span, ...step }) => ({ ...step, location: places.location(span) })),
      };
    }),
};
