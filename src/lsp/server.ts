// The language server on stdin and stdout: takes the editor's requests, lets the thread for checks answer them, and
// sends the answers back. It knows the protocol and nothing of the language, so that nothing here takes long.

import {
  type CancellationToken,
  CodeActionKind,
  type Connection,
  createConnection,
  DidChangeWatchedFilesNotification,
  type InitializeParams,
  type InitializeResult,
  LSPErrorCodes,
  PositionEncodingKind,
  ResponseError,
  TextDocumentSyncKind,
  TextDocuments,
} from "vscode-languageserver/node.js";
import { TextDocument } from "vscode-languageserver-textdocument";
import { type Desk, deskOf } from "./desk.ts";
import { type Ledger, ledgerOf } from "./ledger.ts";
import { keyOf, uriOf } from "./places.ts";
import { type Publisher, publisherOf } from "./publisher.ts";
import { type Answer, fixAllKind, type Kind, type Question } from "./questions.ts";
import { startThread } from "./thread.ts";

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
  readonly ledger: Ledger;
  readonly desk: Desk;
  readonly publisher: Publisher;
  client: InitializeParams["capabilities"];
}

/** Serves an editor on any connection. */
export function serve(connection: Connection): void {
  const documents = new TextDocuments(TextDocument);
  const ledger = ledgerOf();
  const log = (message: unknown): void => connection.console.error(String(message));
  const desk = deskOf(ledger, startThread, log);
  const publisher = publisherOf({
    document: ledger.document,
    uri: uriOf,
    check: (file) => desk.ask({ kind: "check", file }),
    checked: ledger.checked,
    send: (params) => void connection.sendDiagnostics(params),
    failed: log,
  });
  const editor: Editor = { connection, documents, ledger, desk, publisher, client: {} };
  greet(editor);
  followChanges(editor);
  answerPlaces(editor);
  answerFiles(editor);
  documents.listen(connection);
  connection.listen();
}

function greet(editor: Editor): void {
  const { connection, publisher, desk } = editor;
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
  connection.onShutdown(() => {
    publisher.stop();
    desk.close();
  });
}

function followChanges(editor: Editor): void {
  const { connection, documents, ledger, publisher } = editor;
  /** Asks the editor to fetch new hints for programs that import the file. */
  const moved = (key: string, entries: readonly string[]): readonly string[] => {
    if (editor.client.workspace?.inlayHint?.refreshSupport === true && entries.some((entry) => entry !== key))
      connection.languages.inlayHint.refresh().catch((error: unknown) => connection.console.error(String(error)));
    return entries;
  };
  // Opening a document also counts as a change.
  documents.onDidChangeContent(({ document }) => {
    const key = keyOf(document.uri);
    const entries = ledger.hold(key, { uri: document.uri, version: document.version, text: document.getText() });
    publisher.refresh([key, ...moved(key, entries)], "after a pause");
  });
  documents.onDidClose(({ document }) => {
    const key = keyOf(document.uri);
    const entries = ledger.hold(key, undefined);
    publisher.close(key);
    publisher.refresh(moved(key, entries), "now");
  });
  connection.onDidChangeWatchedFiles(({ changes }) => {
    const entries = changes.map(({ uri }) => keyOf(uri)).flatMap((key) => moved(key, ledger.changed(key)));
    publisher.refresh(entries, "now");
  });
}

/** Answers a question about an open document in its current state; `null` for any other. */
async function answer<K extends Kind>(
  { documents, desk, publisher }: Editor,
  { uri }: { readonly uri: string },
  token: CancellationToken,
  question: (file: string) => Question<K>,
): Promise<Answer<K> | null> {
  if (documents.get(uri) === undefined) return null;
  const file = keyOf(uri);
  const outcome = await desk.ask(question(file), () => !token.isCancellationRequested);
  switch (outcome.kind) {
    case "answer":
      return outcome.answer;
    case "outdated":
      throw token.isCancellationRequested
        ? new ResponseError(LSPErrorCodes.RequestCancelled, "nobody waits for it")
        : new ResponseError(LSPErrorCodes.ContentModified, "the document changed meanwhile");
    case "stopped":
      publisher.refresh([file], "now");
      return null;
    case "failed":
      throw new Error(outcome.message);
  }
}

/** Answers about a place: its documentation, its declaration, its completions. */
function answerPlaces(editor: Editor): void {
  const { connection } = editor;
  connection.onHover(({ textDocument, position }, token) => {
    const markdown = editor.client.textDocument?.hover?.contentFormat?.includes("markdown") ?? true;
    return answer(editor, textDocument, token, (file) => ({ kind: "hover", file, position, markdown }));
  });
  connection.onDefinition(({ textDocument, position }, token) =>
    answer(editor, textDocument, token, (file) => ({ kind: "definition", file, position })),
  );
  connection.onCompletion(({ textDocument, position }, token) =>
    answer(editor, textDocument, token, (file) => ({ kind: "completion", file, position })),
  );
}

/** Answers about a whole file: its outline, its hints, its formatting, its fixes. */
function answerFiles(editor: Editor): void {
  const { connection } = editor;
  connection.languages.inlayHint.on(({ textDocument, range }, token) =>
    answer(editor, textDocument, token, (file) => ({ kind: "inlayHints", file, range })),
  );
  connection.onDocumentSymbol(({ textDocument }, token) =>
    answer(editor, textDocument, token, (file) => ({ kind: "symbols", file })),
  );
  connection.onDocumentFormatting(({ textDocument }, token) =>
    answer(editor, textDocument, token, (file) => ({ kind: "formatting", file })),
  );
  connection.onCodeAction(({ textDocument, range, context: { only } }, token) => {
    const versioned = editor.client.workspace?.workspaceEdit?.documentChanges === true;
    return answer(editor, textDocument, token, (file) => ({ kind: "codeActions", file, range, only, versioned }));
  });
}
