// `nnc fmt FILE…`: writes programs in the one style, or lists those that are not in it.

import { formatProgram } from "../../driver/format.ts";
import { load } from "../../host/load.ts";
import { writeFile } from "../../host/write.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { result, say, showDiagnostics, shownPath } from "../output.ts";

/** Prints the names of the files that changed, or would change. Leaves files with syntax errors alone. */
export async function fmt(files: readonly string[], flags: { readonly check?: boolean }): Promise<ExitCode> {
  let code: ExitCode = EXIT.fine;
  const atLeast = (other: ExitCode): void => {
    code = Math.max(code, other);
  };
  for (const file of files) {
    // A file with another name may be anything, and fmt replaces only programs.
    if (!file.endsWith(".nn")) {
      say(`nnc: ${shownPath(file)} is not a .nn file, and nnc fmt writes only those`);
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
