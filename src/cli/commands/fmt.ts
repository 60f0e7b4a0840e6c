// `nnc fmt FILE…`: writes programs in the one style, or lists those that are not in it.

import { lineIndex } from "../../base/lineIndex.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { formatProgram } from "../../driver/format.ts";
import { load } from "../../host/load.ts";
import { writeFile } from "../../host/write.ts";
import { rangeFormatting } from "../../ide/index.ts";
import { EXIT, type ExitCode, usageError } from "../exit.ts";
import { result, say, showDiagnostics, shownPath } from "../output.ts";

export interface FmtFlags {
  readonly check?: boolean;
  readonly lines?: { readonly first: number; readonly last: number };
}

interface Formatted {
  /** The mistakes that keep it from being formatted. */
  readonly diagnostics: readonly Diagnostic[];
  readonly text: string;
}

/** Formats some lines of a text. Mistakes elsewhere do not matter, if their declarations are others. */
function formattedLines(
  file: string,
  text: string,
  { first, last }: NonNullable<FmtFlags["lines"]>,
  diagnostics: readonly Diagnostic[],
): Formatted {
  const index = lineIndex(text);
  if (first > index.lineCount)
    throw usageError(`${shownPath(file)} has ${index.lineCount} lines, so there is no line ${first}`);
  const start = index.offset({ line: first, column: 1 });
  const end = last >= index.lineCount ? text.length : index.offset({ line: last + 1, column: 1 }) - 1;
  const here = diagnostics.filter(({ span }) => span.start <= end && start <= span.end);
  let formatted = text;
  const edits = here.length > 0 ? [] : rangeFormatting(file, text, { start, end });
  for (const edit of [...edits].sort((a, b) => b.span.start - a.span.start))
    formatted = formatted.slice(0, edit.span.start) + edit.text + formatted.slice(edit.span.end);
  return { diagnostics: here, text: formatted };
}

/** Formats one file, or says what keeps it from that. Leaves files with syntax errors alone. */
async function fmtFile(file: string, { check, lines }: FmtFlags): Promise<ExitCode> {
  // A file with another name may be anything, and fmt replaces only programs.
  if (!file.endsWith(".nn")) {
    say(`nnc: ${shownPath(file)} is not a .nn file, and nnc fmt writes only those`);
    return EXIT.usage;
  }
  const loaded = await load(file, formatProgram);
  if ("problem" in loaded) {
    say(`nnc: ${loaded.problem}`);
    return EXIT.usage;
  }
  const { texts, diagnostics: found, result: whole } = loaded.ok;
  const [before] = texts.values();
  const { diagnostics, text } =
    lines === undefined || before === undefined
      ? { diagnostics: found, text: whole.text }
      : formattedLines(file, before, lines, found);
  showDiagnostics(diagnostics, texts);
  if (diagnostics.length > 0) return EXIT.errors;
  if (text === before) return EXIT.fine;
  if (check !== true) {
    const written = writeFile(file, text);
    if ("problem" in written) {
      say(`nnc: ${written.problem}`);
      return EXIT.failed;
    }
  }
  result(`${shownPath(file)}\n`);
  return check === true ? EXIT.errors : EXIT.fine;
}

/** Prints the names of the files that changed, or would change. */
export async function fmt(files: readonly string[], flags: FmtFlags): Promise<ExitCode> {
  if (flags.lines !== undefined && files.length > 1) throw usageError("--lines is for one file");
  let code: ExitCode = EXIT.fine;
  for (const file of files) code = Math.max(code, await fmtFile(file, flags));
  return code;
}
