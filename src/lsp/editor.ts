// What the first thread knows of the editor that it serves.

import type { Connection, InitializeParams, TextDocuments } from "vscode-languageserver/node.js";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { Desk } from "./desk.ts";
import type { Ledger } from "./ledger.ts";
import type { Publisher } from "./publisher.ts";

/** One editor: its open documents, its abilities, and its programs. */
export interface Editor {
  readonly connection: Connection;
  readonly documents: TextDocuments<TextDocument>;
  readonly ledger: Ledger;
  readonly desk: Desk;
  readonly publisher: Publisher;
  client: InitializeParams["capabilities"];
  /** The paths of the workspace's folders. */
  folders: readonly string[];
  /** The commands that the editor has itself, as `nnc.train`. */
  commands: readonly string[];
  /** Whether the editor has said that it ends. */
  isShutDown: boolean;
}
