// `nnc explain CODE`: prints the catalogue's explanation of a diagnostic.

import { catalogue } from "../../diagnostics/catalogue.ts";
import type { Severity } from "../../diagnostics/diagnostic.ts";
import { EXIT, type ExitCode, usageError } from "../exit.ts";
import { result } from "../output.ts";

/** The explanation of a code; catalogue entries have it whatever their fields. */
interface Explained {
  readonly name: string;
  readonly severity: Severity;
  readonly explain: { readonly cause: string; readonly wrong: string; readonly right: string; readonly why: string };
}

const entries: ReadonlyMap<string, Explained> = new Map(Object.entries(catalogue));

const indented = (text: string): string => text.replace(/^(?=.)/gm, "    ").trimEnd();

/** Breaks the text at blanks into lines of at most `width` columns. */
function wrapped(text: string, width = 96): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].join("\n");
}

/** Returns the page about one code. */
function page(code: string, { name, severity, explain }: Explained): string {
  const part = (title: string, text: string): string => `${title}\n\n${indented(text)}\n\n`;
  return `${severity} ${code}: ${name}\n\n${wrapped(explain.cause)}\n\n${part("Wrong:", explain.wrong)}${part("Right:", explain.right)}${wrapped(explain.why)}\n`;
}

/** Prints the page of one code, or all codes with their names. An unknown code is wrong usage. */
export async function explain(given: string | undefined): Promise<ExitCode> {
  if (given === undefined) {
    const codes = [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
    result(codes.map(([code, { severity, name }]) => `${code}  ${severity.padEnd(7)}  ${name}\n`).join(""));
    return EXIT.fine;
  }
  const code = given.toUpperCase();
  const entry = entries.get(code);
  if (entry === undefined) throw usageError(`there is no diagnostic ${given}; nnc explain lists all codes`);
  result(page(code, entry));
  return EXIT.fine;
}
