// The language server on stdin and stdout: takes the editor's requests, lets the thread for checks answer them, and
// sends the answers back. It knows the protocol and nothing of the language, so that nothing here takes long.

import {
  type CancellationToken,
  CodeActionKind,
  type CodeActionParams,
  CodeActionRequest,
  type CompletionParams,
  CompletionRequest,
  type Connection,
  createConnection,
  type DefinitionParams,
  DefinitionRequest,
  DidChangeWatchedFilesNotification,
  type DocumentFormattingParams,
  DocumentFormattingRequest,
  type DocumentSymbolParams,
  DocumentSymbolRequest,
  type HoverParams,
  HoverRequest,
  type InitializeParams,
  type InitializeResult,
  type InlayHintParams,
  InlayHintRequest,
  LSPErrorCodes,
  PositionEncodingKind,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
  TextDocumentSyncKind,
  TextDocuments,
} from "vscode-languageserver/node.js";
import { TextDocument } from "vscode-languageserver-textdocument";
import { type Desk, deskOf } from "./desk.ts";
import { type Ledger, ledgerOf } from "./ledger.ts";
import { encoder, type PackedResult, packedResult } from "./packed.ts";
import { keyOf, uriOf } from "./places.ts";
import { type Publisher, publisherOf } from "./publisher.ts";
import { fixAllKind, type Kind, type Question } from "./questions.ts";
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
  const reader = new StreamMessageReader(process.stdin);
  const writer = new StreamMessageWriter(process.stdout, { contentTypeEncoder: encoder });
  const editor = serve(createConnection(reader, writer));
  const end = (): void => process.exit(editor.isShutDown ? 0 : 1);
  process.stdin.once("end", end).once("close", end);
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
  /** Whether the editor has said that it ends. */
  isShutDown: boolean;
}

/** Serves an editor on any connection. */
function serve(connection: Connection): Editor {
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
  const editor: Editor = { connection, documents, ledger, desk, publisher, client: {}, isShutDown: false };
  greet(editor);
  followChanges(editor);
  answerPlaces(editor);
  answerFiles(editor);
  documents.listen(connection);
  connection.listen();
  return editor;
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
    editor.isShutDown = true;
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
async function answer<K extends Exclude<Kind, "check">>(
  { documents, desk, publisher }: Editor,
  { uri }: { readonly uri: string },
  token: CancellationToken,
  question: (file: string) => Question<K>,
): Promise<PackedResult | null> {
  if (documents.get(uri) === undefined) return null;
  const file = keyOf(uri);
  const outcome = await desk.ask(question(file), () => !token.isCancellationRequested);
  switch (outcome.kind) {
    case "answer":
      return packedResult(outcome.answer);
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
  connection.onRequest(HoverRequest.method, ({ textDocument, position }: HoverParams, token: CancellationToken) => {
    const markdown = editor.client.textDocument?.hover?.contentFormat?.includes("markdown") ?? true;
    return answer(editor, textDocument, token, (file) => ({ kind: "hover", file, position, markdown }));
  });
  connection.onRequest(
    DefinitionRequest.method,
    ({ textDocument, position }: DefinitionParams, token: CancellationToken) =>
      answer(editor, textDocument, token, (file) => ({ kind: "definition", file, position })),
  );
  connection.onRequest(
    CompletionRequest.method,
    ({ textDocument, position }: CompletionParams, token: CancellationToken) =>
      answer(editor, textDocument, token, (file) => ({ kind: "completion", file, position })),
  );
}

/** Answers about a whole file: its outline, its hints, its formatting, its fixes. */
function answerFiles(editor: Editor): void {
  const { connection } = editor;
  connection.onRequest(InlayHintRequest.method, ({ textDocument, range }: InlayHintParams, token: CancellationToken) =>
    answer(editor, textDocument, token, (file) => ({ kind: "inlayHints", file, range })),
  );
  connection.onRequest(
    DocumentSymbolRequest.method,
    ({ textDocument }: DocumentSymbolParams, token: CancellationToken) =>
      answer(editor, textDocument, token, (file) => ({ kind: "symbols", file })),
  );
  connection.onRequest(
    DocumentFormattingRequest.method,
    ({ textDocument }: DocumentFormattingParams, token: CancellationToken) =>
      answer(editor, textDocument, token, (file) => ({ kind: "formatting", file })),
  );
  connection.onRequest(
    CodeActionRequest.method,
    ({ textDocument, range, context: { only } }: CodeActionParams, token: CancellationToken) => {
      const versioned = editor.client.workspace?.workspaceEdit?.documentChanges === true;
      return answer(editor, textDocument, token, (file) => ({ kind: "codeActions", file, range, only, versioned }));
    },
  );
}
