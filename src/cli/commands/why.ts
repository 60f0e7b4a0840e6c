// `nnc why FILE:LINE:COLUMN`: the way of a shape, from the input of the model down to a place.

import { lineIndex } from "../../base/lineIndex.ts";
import { load } from "../../host/load.ts";
import { openProgram, why, whyText } from "../../ide/index.ts";
import { EXIT, type ExitCode, usageError } from "../exit.ts";
import { exitFor, result, say, showDiagnostics, withoutHints } from "../output.ts";

/** Prints the steps to the value at a place; mistakes, if they keep the program from having one there. */
export async function whyCommand(given: string): Promise<ExitCode> {
  const [, file, line, column] = /^(.+?):(\d+)(?::(\d+))?$/.exec(given) ?? [];
  if (file === undefined || line === undefined)
    throw usageError(`'${given}' is no place: write FILE:LINE:COLUMN, as models/mnist.nn:15:3`);
  const loaded = await load(file, openProgram);
  if ("problem" in loaded) {
    say(`nnc: ${loaded.problem}`);
    return EXIT.usage;
  }
  const { result: snapshot, diagnostics, texts } = loaded.ok;
  const index = lineIndex(texts.get(snapshot.entry) ?? "");
  if (Number(line) < 1 || Number(line) > index.lineCount)
    throw usageError(`${file} has ${index.lineCount} lines, so there is no line ${line}`);
  const first = index.lineText(Number(line)).search(/\S/) + 1;
  const offset = index.offset({ line: Number(line), column: Math.max(1, Number(column ?? first)) });
  const steps = why(snapshot, snapshot.entry, offset);
  if (steps.length > 0) {
    result(`${whyText(snapshot, steps)}\n`);
    return EXIT.fine;
  }
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length > 0) showDiagnostics(withoutHints(diagnostics), texts);
  const reason =
    errors.length > 0 ? "the shapes are known once these mistakes are mended" : "no layer or value of a model";
  say(`nnc: ${given}: ${reason}`);
  return errors.length > 0 ? exitFor(diagnostics) : EXIT.usage;
}
