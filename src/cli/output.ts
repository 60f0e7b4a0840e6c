// Writes results to stdout and everything else to stderr. Decides on colours and widths from the terminal and NO_COLOR
// (https://no-color.org).

import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { safeJson, safeText } from "../diagnostics/render/displayText.ts";
import { renderTerminal, type TerminalOptions } from "../diagnostics/render/terminal.ts";
import { settingFile } from "../driver/settingFile.ts";
import { EXIT, type ExitCode } from "./exit.ts";

interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Returns whether and how to decorate the text for `stream`. */
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

/** Returns a path as results list it: a name may hold characters that a terminal would obey. */
export const shownPath = safeText;

/** Returns a value as JSON on one line. */
export const jsonLine = (value: unknown): string => `${safeJson(JSON.stringify(value))}\n`;

/** Messages repeat arguments: one with a line end in it would look like a second message. */
const withSafeArguments = (text: string): string =>
  process.argv
    .filter((argument) => safeText(argument) !== argument)
    .reduce((shown, argument) => shown.replaceAll(argument, () => safeText(argument)), text);

/** Writes one message to a person, on stderr. */
export function say(text: string): void {
  const lines = withSafeArguments(text).split("\n").map(safeText).join("\n");
  process.stderr.write(`${lines}\n`);
}

/** Returns the values of `--set` as texts that diagnostics can point into. */
export const settingTexts = (set: ReadonlyMap<string, string> | undefined): ReadonlyMap<string, string> =>
  new Map([...(set ?? [])].map(([name, text]) => [settingFile(name), text]));

const mostShown = 50;

/** Shows the first diagnostics on stderr, and the number of all. `texts`: by the files that spans name. */
export function showDiagnostics(diagnostics: readonly Diagnostic[], texts: ReadonlyMap<string, string>): void {
  process.stderr.write(renderTerminal(diagnostics, texts, { ...terminalOptions(process.stderr), most: mostShown }));
}

export const hasErrors = (diagnostics: readonly Diagnostic[]): boolean =>
  diagnostics.some((one) => one.severity === "error");

/** Returns 1 if a program has errors; 2 if all of them are in values of `--set`. */
export function exitFor(diagnostics: readonly Diagnostic[]): ExitCode {
  const errors = diagnostics.filter((one) => one.severity === "error");
  if (errors.length === 0) return EXIT.fine;
  return errors.every(({ span }) => span.file.startsWith(settingFile(""))) ? EXIT.usage : EXIT.errors;
}

/** Drops hints, which only `--hints` and editors show. */
export const withoutHints = (diagnostics: readonly Diagnostic[]): readonly Diagnostic[] =>
  diagnostics.filter((one) => one.severity !== "hint");
