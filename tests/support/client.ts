// A small editor: starts the built `nnc lsp` and speaks the protocol with it over stdin and stdout.

import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import {
  type ClientCapabilities,
  createProtocolConnection,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver/node.js";

const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

export interface Client {
  readonly connection: ProtocolConnection;
  readonly process: ChildProcessWithoutNullStreams;
  /** Everything published so far. */
  readonly published: readonly PublishDiagnosticsParams[];
  open(uri: string, text: string): Promise<void>;
  /** Replaces `[start, end]` (line, character from 0) by `text`. */
  change(
    uri: string,
    version: number,
    start: readonly [number, number],
    end: readonly [number, number],
    text: string,
  ): Promise<void>;
  close(uri: string): Promise<void>;
  /** Waits for diagnostics of the file that satisfy the condition. */
  diagnostics(uri: string, wanted?: (params: PublishDiagnosticsParams) => boolean): Promise<PublishDiagnosticsParams>;
  ask<T>(method: string, params: object): Promise<T>;
  /** The exit code after `shutdown` and `exit`. */
  stop(): Promise<number | null>;
}

export const fullClient: ClientCapabilities = {
  workspace: { workspaceEdit: { documentChanges: true }, didChangeWatchedFiles: { dynamicRegistration: true } },
  textDocument: { hover: { contentFormat: ["markdown"] }, publishDiagnostics: { relatedInformation: true } },
};

/** `preload`: a script that Node runs first, in the server's process and in each of its threads. `more`: for `initialize`. */
export async function startClient(
  capabilities: ClientCapabilities = fullClient,
  preload?: string,
  more: object = {},
): Promise<Client> {
  if (!existsSync(main)) throw new Error("dist/cli/main.js is missing: run `npm run build` first (npm test does)");
  const child = spawn(process.execPath, [
    ...(preload === undefined ? [] : ["--require", preload]),
    ...[main, "lsp", "--stdio"],
  ]);
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  const published: PublishDiagnosticsParams[] = [];
  const waiting = new Set<() => void>();
  connection.onNotification("textDocument/publishDiagnostics", (params: PublishDiagnosticsParams) => {
    published.push(params);
    for (const look of waiting) look();
  });
  connection.onRequest("client/registerCapability", () => null);
  connection.listen();
  await connection.sendRequest("initialize", { processId: process.pid, rootUri: null, capabilities, ...more });
  await connection.sendNotification("initialized", {});
  const seen = new Map<string, number>();
  return {
    connection,
    process: child,
    published,
    open: (uri, text) =>
      connection.sendNotification("textDocument/didOpen", {
        textDocument: { uri, languageId: "nn", version: 1, text },
      }),
    change: (uri, version, [startLine, startCharacter], [endLine, endCharacter], text) => {
      const range = {
        start: { line: startLine, character: startCharacter },
        end: { line: endLine, character: endCharacter },
      };
      return connection.sendNotification("textDocument/didChange", {
        textDocument: { uri, version },
        contentChanges: [{ range, text }],
      });
    },
    close: (uri) => connection.sendNotification("textDocument/didClose", { textDocument: { uri } }),
    diagnostics: (uri, wanted = () => true) =>
      new Promise((settle, fail) => {
        const timer = setTimeout(() => fail(new Error(`no such diagnostics: ${JSON.stringify(published)}`)), 300_000);
        const look = (): void => {
          const index = published.findIndex(
            (params, i) => params.uri === uri && i >= (seen.get(uri) ?? 0) && wanted(params),
          );
          const found = published[index];
          if (found === undefined) return;
          seen.set(uri, index + 1);
          waiting.delete(look);
          clearTimeout(timer);
          settle(found);
        };
        waiting.add(look);
        look();
      }),
    ask: <T>(method: string, params: object) => connection.sendRequest(method, params) as Promise<T>,
    stop: async () => {
      const ended = new Promise<number | null>((settle) => child.once("close", settle));
      await connection.sendRequest("shutdown");
      await connection.sendNotification("exit");
      return ended;
    },
  };
}

/** A folder with these files, a space and a letter beyond ASCII in its name; gives the URI of each. */
export function folderWith(files: Readonly<Record<string, string>>): (name: string) => string {
  const folder = join(mkdtempSync(join(tmpdir(), "nnc lsp é ")));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return (name) => pathToFileURL(join(folder, name)).href;
}
