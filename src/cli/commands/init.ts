// `nnc init DATA`: writes a first program for a table, for pictures in folders, or for a text.

import { existsSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { checkProgram } from "../../driver/check.ts";
import { firstProgram } from "../../driver/first.ts";
import { load } from "../../host/load.ts";
import { surveyOf } from "../../host/survey.ts";
import { writeFile } from "../../host/write.ts";
import { EXIT, type ExitCode, Refusal, usageError } from "../exit.ts";
import { exitFor, result, say, showDiagnostics, shownPath, withoutHints } from "../output.ts";

export interface InitFlags {
  readonly out?: string;
  readonly target?: string;
}

/** The name of the program for a file of data: `houses.nn` for `houses.csv.gz`. */
const programFor = (path: string): string => {
  const plain = basename(resolve(path))
    .replace(/\.gz$/i, "")
    .replace(/\.[^.]+$/, "");
  return `${plain === "" ? "first" : plain}.nn`;
};

const quoted = (path: string): string => (/^[\w./-]+$/.test(path) ? path : JSON.stringify(path));

/** Writes the program, says what was guessed, and names the next command. Never replaces a file. */
export async function init(path: string, flags: InitFlags): Promise<ExitCode> {
  const file = flags.out ?? programFor(path);
  if (!file.endsWith(".nn")) throw usageError(`a program has a name that ends in .nn, not ${shownPath(file)}`);
  if (existsSync(file)) throw usageError(`${shownPath(file)} is there already: choose another name with -o FILE.nn`);
  const survey = surveyOf(path);
  if ("problem" in survey) throw usageError(survey.problem);
  const first = firstProgram(survey.ok, flags.target);
  if ("problem" in first) throw usageError(first.problem);
  const written = writeFile(file, first.text);
  if ("problem" in written) throw new Refusal(EXIT.failed, written.problem);
  for (const guess of first.guesses) say(guess);
  const folder = dirname(resolve(path));
  const place = folder === dirname(resolve(file)) ? undefined : dirname(path);
  const loaded = await load(file, (sources) => checkProgram(sources, {}), new Map(), place);
  if ("problem" in loaded) throw new Refusal(EXIT.failed, loaded.problem);
  const { diagnostics, texts } = loaded.ok;
  showDiagnostics(withoutHints(diagnostics), texts);
  result(`${shownPath(file)}\n`);
  say(`Train it: nnc train ${quoted(file)}${place === undefined ? "" : ` --data ${quoted(place)}`}`);
  return exitFor(diagnostics);
}
