// The language server on stdin and stdout: takes the editor's requests, asks ide, and sends back what it says. Knows the
// protocol; knows nothing of the language.

import {
  CodeActionKind,
  type Connection,
  createConnection,
  DidChangeWatchedFilesNotification,
  type InitializeParams,
  type InitializeResult,
  type Position,
  PositionEncodingKind,
  TextDocumentSyncKind,
  TextDocuments,
} from "vscode-languageserver/node.js";
import { TextDocument } from "vscode-languageserver-textdocument";
import * as ide from "../ide/index.ts";
import { keyOf, type Places, placesIn, uriOf } from "./places.ts";
import { programsOf } from "./programs.ts";
import { publisherOf } from "./publisher.ts";
import { toCompletion, toHover, toInlayHint, toQuickFix, toSymbol, toTextEdit, toWorkspaceEdit } from "./translate.ts";

const fixAllKind = `${CodeActionKind.SourceFixAll}.nnc`;

const capabilities: InitializeResult["capabilities"] = {
  positionEncoding: PositionEncodingKind.UTF16,
  textDocumentSync: TextDocumentSyncKind.Incremental,
  hoverProvider: true,
  inlayHintProvider: true,
  codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, fixAllKind] },
  documentFormattingProvider: true,
  definitionProvider: true,
  documentSymbolProvider: true,
  completionProvider: {},
};

/** Serves an editor on stdin and stdout. The process ends with the connection, so the promise never resolves. */
export function startServer(): Promise<void> {
  serve(createConnection(process.stdin, process.stdout));
  return new Promise(() => {});
}

/** Answers on any connection. */
export function serve(connection: Connection): void {
  const documents = new TextDocuments(TextDocument);
  const openTexts = () => new Map(documents.all().map((document) => [keyOf(document.uri), document.getText()]));
  const openDocument = (key: string) => documents.all().find((document) => keyOf(document.uri) === key);
  const programs = programsOf(openTexts);
  let client: InitializeParams["capabilities"] = {};
  const publisher = publisherOf(programs, {
    document: openDocument,
    uri: uriOf,
    send: (params) => void connection.sendDiagnostics(params),
    failed: (error) => connection.console.error(String(error)),
  });

  connection.onInitialize((params) => {
    client = params.capabilities ?? {};
    return { capabilities, serverInfo: { name: "nnc" } };
  });
  connection.onInitialized(() => {
    if (client.workspace?.didChangeWatchedFiles?.dynamicRegistration !== true) return;
    const watchers = [{ globPattern: "**/*.nn" }];
    connection.client
      .register(DidChangeWatchedFilesNotification.type, { watchers })
      .catch((error: unknown) => connection.console.error(String(error)));
  });
  connection.onShutdown(() => publisher.stop());

  /** Programs with this file are to be checked again; where it is not their own text, their hints moved unasked. */
  const changed = (key: string): readonly string[] => {
    const entries = programs.changed(key);
    if (client.workspace?.inlayHint?.refreshSupport === true && entries.some((entry) => entry !== key))
      connection.languages.inlayHint.refresh().catch((error: unknown) => connection.console.error(String(error)));
    return entries;
  };
  // Opening a document counts as a change too.
  documents.onDidChangeContent(({ document }) => {
    const key = keyOf(document.uri);
    publisher.refresh([key, ...changed(key)], "after a pause");
  });
  documents.onDidClose(({ document }) => {
    const key = keyOf(document.uri);
    programs.closed(key);
    publisher.close(key);
    publisher.refresh(changed(key), "now");
  });
  connection.onDidChangeWatchedFiles(({ changes }) => {
    const entries = changes.flatMap(({ uri }) => changed(keyOf(uri)));
    publisher.refresh(entries, "now");
  });

  interface Asked {
    readonly snapshot: ide.Snapshot;
    readonly file: string;
    readonly document: TextDocument;
    readonly places: Places;
  }
  /** Answers about an open document as it is now; `otherwise` for any other. */
  async function about<T>(uri: string, otherwise: T, answer: (asked: Asked) => T): Promise<T> {
    const document = documents.get(uri);
    if (document === undefined) return otherwise;
    const file = keyOf(uri);
    const snapshot = await programs.snapshot(file);
    if (snapshot === undefined) return otherwise;
    return answer({ snapshot, file, document, places: placesIn(snapshot.texts, (key) => openDocument(key)?.uri) });
  }
  const versions = () => ({
    supported: client.workspace?.workspaceEdit?.documentChanges === true,
    of: (uri: string) => documents.get(uri)?.version ?? null,
  });
  const offsets = (document: TextDocument, range: { start: Position; end: Position }) => ({
    start: document.offsetAt(range.start),
    end: document.offsetAt(range.end),
  });

  connection.onHover(({ textDocument, position }) =>
    about(textDocument.uri, null, ({ snapshot, file, document, places }) => {
      const found = ide.hover(snapshot, file, document.offsetAt(position));
      const markdown = client.textDocument?.hover?.contentFormat?.includes("markdown") ?? true;
      return found === undefined ? null : toHover(found, places, markdown);
    }),
  );
  connection.languages.inlayHint.on(({ textDocument, range }) =>
    about(textDocument.uri, null, ({ snapshot, file, document, places }) =>
      ide.inlayHints(snapshot, file, offsets(document, range)).map((hint) => toInlayHint(hint, file, places)),
    ),
  );
  connection.onCodeAction(({ textDocument, range, context }) =>
    about(textDocument.uri, null, ({ snapshot, file, document, places }) => {
      const wanted = (kind: string): boolean =>
        context.only === undefined || context.only.some((only) => kind === only || kind.startsWith(`${only}.`));
      const fixes = ide.quickFixes(snapshot, file, offsets(document, range)).map((fix) => {
        const edit = toWorkspaceEdit(fix.edits, places, versions());
        return toQuickFix(fix, edit, places);
      });
      const edits = ide.fixAll(snapshot, file);
      const all = edits.length > 1 || context.only !== undefined ? edits : [];
      const everything = {
        title: "apply all sure fixes",
        kind: fixAllKind,
        edit: toWorkspaceEdit(all, places, versions()),
      };
      return [
        ...(wanted(CodeActionKind.QuickFix) ? fixes : []),
        ...(wanted(fixAllKind) && all.length > 0 ? [everything] : []),
      ];
    }),
  );
  connection.onDocumentFormatting(({ textDocument }) => {
    const document = documents.get(textDocument.uri);
    if (document === undefined) return null;
    const file = keyOf(document.uri);
    const text = document.getText();
    const places = placesIn(new Map([[file, text]]), () => undefined);
    return ide.formatting(file, text).map((edit) => toTextEdit(edit, places));
  });
  connection.onDefinition(({ textDocument, position }) =>
    about(textDocument.uri, null, ({ snapshot, file, document, places }) => {
      const found = ide.definition(snapshot, file, document.offsetAt(position));
      return found === undefined ? null : places.location(found);
    }),
  );
  connection.onDocumentSymbol(({ textDocument }) =>
    about(textDocument.uri, null, ({ snapshot, file, places }) =>
      ide.symbols(snapshot, file).map((outline) => toSymbol(outline, places)),
    ),
  );
  connection.onCompletion(({ textDocument, position }) =>
    about(textDocument.uri, null, ({ snapshot, file, document }) =>
      ide.completions(snapshot, file, document.offsetAt(position)).map(toCompletion),
    ),
  );

  documents.listen(connection);
  connection.listen();
}
