// The language server on stdin and stdout: takes the editor's requests, lets the thread for checks answer them, and
// sends the answers back. It knows the protocol and nothing of the language, so that nothing here takes long.

import {
  CodeActionKind,
  type Connection,
  createConnection,
  DidChangeWatchedFilesNotification,
  DidChangeWorkspaceFoldersNotification,
  type DidChangeWorkspaceFoldersParams,
  type InitializeParams,
  type InitializeResult,
  PositionEncodingKind,
  StreamMessageReader,
  StreamMessageWriter,
  TextDocumentSyncKind,
  TextDocuments,
} from "vscode-languageserver/node.js";
import { TextDocument } from "vscode-languageserver-textdocument";
import { tokenKinds, tokenModifiers } from "../ide/tokenKinds.ts";
import { deskOf } from "./desk.ts";
import type { Editor } from "./editor.ts";
import { ledgerOf } from "./ledger.ts";
import { encoder } from "./packed.ts";
import { keyOf, uriOf } from "./places.ts";
import { publisherOf } from "./publisher.ts";
import { fixAllKind } from "./questions.ts";
import { answerRequests, commands } from "./requests.ts";
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
  completionProvider: { triggerCharacters: ["(", ":", ">", "."] },
  referencesProvider: true,
  documentHighlightProvider: true,
  renameProvider: { prepareProvider: true },
  callHierarchyProvider: true,
  workspaceSymbolProvider: true,
  semanticTokensProvider: {
    legend: { tokenTypes: [...tokenKinds], tokenModifiers: [...tokenModifiers] },
    range: true,
    full: { delta: true },
  },
  signatureHelpProvider: { triggerCharacters: ["(", ","], retriggerCharacters: [":"] },
  foldingRangeProvider: true,
  selectionRangeProvider: true,
  documentLinkProvider: {},
  codeLensProvider: { resolveProvider: true },
  documentRangeFormattingProvider: true,
  documentOnTypeFormattingProvider: { firstTriggerCharacter: "}", moreTriggerCharacter: ["\n"] },
  executeCommandProvider: { commands: [...commands] },
  workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
};

/** An editor that fetches diagnostics, and fetches them again on request, gets none pushed. */
const pulls = ({ textDocument, workspace }: InitializeParams["capabilities"]): boolean =>
  textDocument?.diagnostic !== undefined && workspace?.diagnostics?.refreshSupport === true;

/** Serves an editor on stdin and stdout. The process ends with the connection, so the promise never resolves. */
export function startServer(): Promise<void> {
  const reader = new StreamMessageReader(process.stdin);
  const writer = new StreamMessageWriter(process.stdout, { contentTypeEncoder: encoder });
  const editor = serve(createConnection(reader, writer));
  const end = (): void => process.exit(editor.isShutDown ? 0 : 1);
  process.stdin.once("end", end).once("close", end);
  return new Promise(() => {});
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
    send: (params) => {
      if (!pulls(editor.client)) connection.sendDiagnostics(params);
    },
    failed: log,
  });
  const editor: Editor = {
    connection,
    documents,
    ledger,
    desk,
    publisher,
    client: {},
    folders: [],
    commands: [],
    isShutDown: false,
  };
  greet(editor);
  followChanges(editor);
  answerRequests(editor);
  documents.listen(connection);
  connection.listen();
  return editor;
}

function greet(editor: Editor): void {
  const { connection, publisher, desk } = editor;
  connection.onInitialize((params) => {
    editor.client = params.capabilities ?? {};
    editor.folders = foldersOf(params);
    editor.commands = stringsIn((params.initializationOptions as { commands?: unknown } | undefined)?.commands);
    const diagnosticProvider = { interFileDependencies: true, workspaceDiagnostics: false };
    return {
      capabilities: pulls(editor.client) ? { ...capabilities, diagnosticProvider } : capabilities,
      serverInfo: { name: "nnc" },
    };
  });
  connection.onNotification(
    DidChangeWorkspaceFoldersNotification.method,
    ({ event: { added, removed } }: DidChangeWorkspaceFoldersParams) => {
      const gone = new Set(removed.map(({ uri }) => keyOf(uri)));
      editor.folders = [...editor.folders.filter((folder) => !gone.has(folder)), ...added.map(({ uri }) => keyOf(uri))];
    },
  );
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
    if (pulls(editor.client) && entries.some((entry) => entry !== key)) connection.languages.diagnostics.refresh();
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

const foldersOf = ({ workspaceFolders, rootUri }: InitializeParams): readonly string[] => {
  const uris = workspaceFolders?.map(({ uri }) => uri) ?? (typeof rootUri === "string" ? [rootUri] : []);
  return uris.filter((uri) => uri.startsWith("file:")).map(keyOf);
};

const stringsIn = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
