// Where the command line writes: results on stdout, everything else on stderr. Decides about colours and widths, from
// the terminal and NO_COLOR (https://no-color.org).

import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { safeText } from "../diagnostics/render/displayText.ts";
import { renderTerminal, type TerminalOptions } from "../diagnostics/render/terminal.ts";

interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Whether and how to decorate what goes to `stream`. */
export function terminalOptions(
  stream: Terminal,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): TerminalOptions {
  const noColor = environment.NO_COLOR;
  const color = stream.isTTY === true && (noColor === undefined || noColor === "") && environment.TERM !== "dumb";
  return { color, width: stream.columns ?? 100 };
}

export function result(text: string): void {
  process.stdout.write(text);
}

/** One message to a person, on stderr. */
export function say(text: string): void {
  const lines = text.split("\n").map(safeText).join("\n");
  process.stderr.write(`${lines}\n`);
}

export function showDiagnostics(diagnostics: readonly Diagnostic[], texts: ReadonlyMap<string, string>): void {
  process.stderr.write(renderTerminal(diagnostics, texts, terminalOptions(process.stderr)));
}

export const hasErrors = (diagnostics: readonly Diagnostic[]): boolean =>
  diagnostics.some((one) => one.severity === "error");

/** Without hints, which only `--hints` and editors show. */
export const withoutHints = (diagnostics: readonly Diagnostic[]): readonly Diagnostic[] =>
  diagnostics.filter((one) => one.severity !== "hint");
