// Problems with a source file as a whole, whatever its text says. Host and the language server find them; the catalogue words
// them.

import { diagnose } from "../diagnostics/catalogue.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";

export type FileProblem =
  | { readonly kind: "large"; readonly most: number }
  /** The program has too many files. */
  | { readonly kind: "files"; readonly most: number }
  /** Its real place, after following links, is not in the program's folder. */
  | { readonly kind: "outside" }
  | { readonly kind: "encoding"; readonly line: number; readonly byte: number }
  /** Its check did not come to an end: it took longer than this, or nnc failed. */
  | { readonly kind: "stopped"; readonly after: { readonly seconds: number } | "fault" };

/** Returns a diagnostic at the start of `file`. */
export function fileDiagnostic(file: string, problem: FileProblem): Diagnostic {
  const span = { file, start: 0, end: 0 };
  switch (problem.kind) {
    case "large":
      return diagnose({
        code: "NN501",
        span,
        reason: "limit",
        what: "bytes",
        most: problem.most,
      });
    case "files":
      return diagnose({
        code: "NN501",
        span,
        reason: "limit",
        what: "files",
        most: problem.most,
      });
    case "outside":
      return diagnose({ code: "NN501", span, reason: "path", path: file });
    case "encoding":
      return diagnose({
        code: "NN001",
        span,
        found: `byte 0x${problem.byte.toString(16).padStart(2, "0")} on line ${problem.line}`,
        expected: "UTF-8 text",
        hint: "save the file as UTF-8",
      });
    case "stopped":
      return diagnose({ code: "NN505", span, after: problem.after });
  }
}
