// `nnc lsp`: hands stdin and stdout to the language server.

import { startServer } from "../../lsp/server.ts";
import { EXIT, type ExitCode } from "../exit.ts";

/** Serves until the editor closes the connection. */
export async function lsp(): Promise<ExitCode> {
  await startServer();
  return EXIT.fine;
}
