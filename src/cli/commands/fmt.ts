// `nnc fmt FILE…`: writes programs in the one style there is, or says which are not.

import { formatProgram } from "../../driver/format.ts";
import { load } from "../../host/load.ts";
import { writeFile } from "../../host/write.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { result, say, showDiagnostics, shownPath } from "../output.ts";

/** A file with errors of syntax is left alone. Prints the names of the files that changed, or would. */
export async function fmt(files: readonly string[], flags: { readonly check?: boolean }): Promise<ExitCode> {
  let code: ExitCode = EXIT.fine;
  const atLeast = (other: ExitCode): void => {
    code = Math.max(code, other);
  };
  for (const file of files) {
    // Whatever else a name may mean, fmt replaces programs only.
    if (!file.endsWith(".nn")) {
      say(`nnc: ${shownPath(file)} is no .nn file, and nnc fmt writes no other`);
      atLeast(EXIT.usage);
      continue;
    }
    const loaded = await load(file, formatProgram);
    if ("problem" in loaded) {
      say(`nnc: ${loaded.problem}`);
      atLeast(EXIT.usage);
      continue;
    }
    const { diagnostics, texts, result: formatted } = loaded.ok;
    showDiagnostics(diagnostics, texts);
    if (diagnostics.length > 0) atLeast(EXIT.errors);
    if (diagnostics.length > 0 || formatted.text === texts.get(file)) continue;
    if (flags.check === true) atLeast(EXIT.errors);
    else {
      const written = writeFile(file, formatted.text);
      if ("problem" in written) {
        say(`nnc: ${written.problem}`);
        atLeast(EXIT.failed);
        continue;
      }
    }
    result(`${shownPath(file)}\n`);
  }
  return code;
}
