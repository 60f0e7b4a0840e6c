// The answers about names, over all programs that have a file: references, rename, the hierarchy of calls, symbols.

import { DocumentHighlightKind, SymbolKind } from "vscode-languageserver/node.js";
import * as ide from "../ide/index.ts";
import { type Answers, about, type Known } from "./about.ts";
import { type Places, placesIn, uriOf } from "./places.ts";
import { symbolKinds, toWorkspaceEdit } from "./translate.ts";

type AboutNames =
  | "references"
  | "highlights"
  | "prepareRename"
  | "rename"
  | "calls"
  | "callers"
  | "callees"
  | "workspaceSymbols";

/** Returns the programs that may have the file, its own first: those of open documents and of the workspace. */
async function around(
  { documents, programs }: Known,
  file: string,
  folders: readonly string[],
): Promise<readonly ide.Snapshot[]> {
  const own = await programs.snapshot(file);
  if (own === undefined) return [];
  const others: ide.Snapshot[] = [];
  for (const entry of documents.keys()) {
    const one = entry === file ? undefined : await programs.snapshot(entry);
    if (one?.texts.has(file) === true) others.push(one);
  }
  return [own, ...others, ...(await programs.importing([...own.texts.keys()], folders))];
}

const placesOf = ({ documents }: Known, programs: readonly ide.Snapshot[]): Places =>
  placesIn(new Map(programs.toReversed().flatMap(({ texts }) => [...texts])), (key) => documents.get(key)?.uri);

export const answersAboutNames: Answers<AboutNames> = {
  async references(known, { file, position, declaration, folders }) {
    const document = known.documents.get(file);
    if (document === undefined) return null;
    const programs = await around(known, file, folders);
    const places = placesOf(known, programs);
    return ide.references(programs, file, document.offsetAt(position), declaration).map(places.location);
  },
  highlights: (known, { file, position }) =>
    about(known, file, ({ snapshot, document, places }) =>
      ide.highlights(snapshot, file, document.offsetAt(position)).map(({ span, writes }) => ({
        range: places.range(span),
        kind: writes ? DocumentHighlightKind.Write : DocumentHighlightKind.Read,
      })),
    ),
  prepareRename: (known, { file, position }) =>
    about(known, file, ({ snapshot, document, places }) => {
      const found = ide.prepareRename(snapshot, file, document.offsetAt(position));
      return "refused" in found ? found : { ok: { range: places.range(found.ok.span), placeholder: found.ok.name } };
    }),
  async rename(known, { file, position, name, versioned, folders }) {
    const document = known.documents.get(file);
    if (document === undefined) return null;
    const programs = await around(known, file, folders);
    const found = ide.rename(programs, file, document.offsetAt(position), name);
    if ("refused" in found) return found;
    const byUri = new Map([...known.documents.values()].map((one) => [one.uri, one]));
    const versions = { supported: versioned, of: (uri: string) => byUri.get(uri)?.version ?? null };
    return { ok: toWorkspaceEdit(found.ok, placesOf(known, programs), versions) };
  },
  calls: (known, { file, position }) =>
    about(known, file, ({ snapshot, document, places }) => {
      const item = ide.callItem([snapshot], file, document.offsetAt(position));
      return item === undefined ? null : [toCallItem(item, file, places)];
    }),
  async callers(known, { entry, declared, folders }) {
    const programs = await around(known, entry, folders);
    const places = placesOf(known, programs);
    return ide.callers(programs, declared).map(({ item, places: calls }) => ({
      from: toCallItem(item, entry, places),
      fromRanges: calls.map(places.range),
    }));
  },
  async callees(known, { entry, declared }) {
    const snapshot = await known.programs.snapshot(entry);
    if (snapshot === undefined) return null;
    const places = placesOf(known, [snapshot]);
    return ide.callees([snapshot], declared).map(({ item, places: calls }) => ({
      to: toCallItem(item, entry, places),
      fromRanges: calls.map(places.range),
    }));
  },
  async workspaceSymbols({ documents, programs }, { query, folders }) {
    const outlines = await programs.outlines(folders);
    return ide
      .matchingSymbols(
        [...outlines].flatMap(([, { outline }]) => outline),
        query,
      )
      .map(({ outline, container }) => {
        const { file } = outline.span;
        const places = placesIn(new Map([[file, outlines.get(file)?.text ?? ""]]), () => undefined);
        return {
          name: outline.name,
          kind: symbolKinds[outline.kind],
          location: { uri: documents.get(file)?.uri ?? uriOf(file), range: places.range(outline.nameSpan) },
          ...(container === undefined ? {} : { containerName: container }),
        };
      });
  },
};

function toCallItem({ kind, name, span, nameSpan }: ide.CallItem, entry: string, places: Places) {
  const { uri, range } = places.location(span);
  return {
    name,
    kind: kind === "model" ? SymbolKind.Class : SymbolKind.Function,
    uri,
    range,
    selectionRange: places.range(nameSpan),
    data: { entry, declared: nameSpan },
  };
}
