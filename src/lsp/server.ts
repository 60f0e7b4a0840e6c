// The language server on stdin and stdout: takes the editor's requests, asks ide, and sends back its answers. Knows the
// protocol, and nothing of the language.

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

/** One editor: its open documents, its abilities, and its programs. */
interface Editor {
  readonly connection: Connection;
  readonly documents: TextDocuments<TextDocument>;
  readonly programs: ReturnType<typeof programsOf>;
  readonly publisher: ReturnType<typeof publisherOf>;
  client: InitializeParams["capabilities"];
}

const openDocument = (documents: TextDocuments<TextDocument>, key: string): TextDocument | undefined =>
  documents.all().find((document) => keyOf(document.uri) === key);

/** Serves an editor on any connection. */
export function serve(connection: Connection): void {
  const documents = new TextDocuments(TextDocument);
  const openTexts = () => new Map(documents.all().map((document) => [keyOf(document.uri), document.getText()]));
  const programs = programsOf(openTexts);
  const publisher = publisherOf(programs, {
    document: (key) => openDocument(documents, key),
    uri: uriOf,
    send: (params) => void connection.sendDiagnostics(params),
    failed: (error) => connection.console.error(String(error)),
  });
  const editor: Editor = { connection, documents, programs, publisher, client: {} };
  greet(editor);
  followChanges(editor);
  answerPlaces(editor);
  answerFiles(editor);
  answerActions(editor);
  documents.listen(connection);
  connection.listen();
}

function greet(editor: Editor): void {
  const { connection, publisher } = editor;
  connection.onInitialize((params) => {
    editor.client = params.capabilities ?? {};
    return { capabilities, serverInfo: { name: "nnc" } };
  });
  connection.onInitialized(() => {
    if (editor.client.workspace?.didChangeWatchedFiles?.dynamicRegistration !== true) return;
    const watchers = [{ globPattern: "**/*.nn" }];
    connection.client
      .register(DidChangeWatchedFilesNotification.type, { watchers })
      .catch((error: unknown) => connection.console.error(String(error)));
  });
  connection.onShutdown(() => publisher.stop());
}

function followChanges(editor: Editor): void {
  const { connection, documents, programs, publisher } = editor;
  /** Has programs with this file checked again, and asks the editor to fetch new hints for programs that import it. */
  const changed = (key: string): readonly string[] => {
    const entries = programs.changed(key);
    if (editor.client.workspace?.inlayHint?.refreshSupport === true && entries.some((entry) => entry !== key))
      connection.languages.inlayHint.refresh().catch((error: unknown) => connection.console.error(String(error)));
    return entries;
  };
  // Opening a document also counts as a change.
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
}

interface Asked {
  readonly snapshot: ide.Snapshot;
  readonly file: string;
  readonly document: TextDocument;
  readonly places: Places;
}

/** Answers about an open document in its current state; `null` for any other. */
async function about<T>(
  { documents, programs }: Editor,
  { uri }: { readonly uri: string },
  answer: (asked: Asked) => T,
): Promise<T | null> {
  const document = documents.get(uri);
  if (document === undefined) return null;
  const file = keyOf(uri);
  const snapshot = await programs.snapshot(file);
  if (snapshot === undefined) return null;
  const places = placesIn(snapshot.texts, (key) => openDocument(documents, key)?.uri);
  return answer({ snapshot, file, document, places });
}

const offsets = (document: TextDocument, range: { readonly start: Position; readonly end: Position }) => ({
  start: document.offsetAt(range.start),
  end: document.offsetAt(range.end),
});

/** Answers about a place: its documentation, its declaration, its completions. */
function answerPlaces(editor: Editor): void {
  const { connection } = editor;
  connection.onHover(({ textDocument, position }) =>
    about(editor, textDocument, ({ snapshot, file, document, places }) => {
      const found = ide.hover(snapshot, file, document.offsetAt(position));
      const markdown = editor.client.textDocument?.hover?.contentFormat?.includes("markdown") ?? true;
      return found === undefined ? null : toHover(found, places, markdown);
    }),
  );
  connection.onDefinition(({ textDocument, position }) =>
    about(editor, textDocument, ({ snapshot, file, document, places }) => {
      const found = ide.definition(snapshot, file, document.offsetAt(position));
      return found === undefined ? null : places.location(found);
    }),
  );
  connection.onCompletion(({ textDocument, position }) =>
    about(editor, textDocument, ({ snapshot, file, document }) =>
      ide.completions(snapshot, file, document.offsetAt(position)).map(toCompletion),
    ),
  );
}

/** Answers about a whole file: its outline, its hints, its formatting. */
function answerFiles(editor: Editor): void {
  const { connection, documents } = editor;
  connection.languages.inlayHint.on(({ textDocument, range }) =>
    about(editor, textDocument, ({ snapshot, file, document, places }) =>
      ide.inlayHints(snapshot, file, offsets(document, range)).map((hint) => toInlayHint(hint, file, places)),
    ),
  );
  connection.onDocumentSymbol(({ textDocument }) =>
    about(editor, textDocument, ({ snapshot, file, places }) =>
      ide.symbols(snapshot, file).map((outline) => toSymbol(outline, places)),
    ),
  );
  connection.onDocumentFormatting(({ textDocument }) => {
    const document = documents.get(textDocument.uri);
    if (document === undefined) return null;
    const file = keyOf(document.uri);
    const text = document.getText();
    const places = placesIn(new Map([[file, text]]), () => undefined);
    return ide.formatting(file, text).map((edit) => toTextEdit(edit, places));
  });
}

/** Answers with fixes: one for each problem, and all sure ones together. */
function answerActions(editor: Editor): void {
  const { connection, documents } = editor;
  const versions = () => ({
    supported: editor.client.workspace?.workspaceEdit?.documentChanges === true,
    of: (uri: string) => documents.get(uri)?.version ?? null,
  });
  connection.onCodeAction(({ textDocument, range, context }) =>
    about(editor, textDocument, ({ snapshot, file, document, places }) => {
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
}
