// Reads runs for the commands that show them: a folder that holds none, or a damaged log, is refused.

import { safeText } from "../diagnostics/render/displayText.ts";
import { readLog } from "../host/runFolder.ts";
import { type Run, readRun } from "../report/run.ts";
import { EXIT, Refusal, usageError } from "./exit.ts";

/** Reads the run in a folder. Throws a Refusal. */
export function runIn(folder: string): Run {
  const texts = readLog(folder);
  if ("problem" in texts) throw usageError(texts.problem);
  const run = readRun(folder, texts.ok);
  if ("problem" in run) throw new Refusal(EXIT.failed, `the log in ${safeText(folder)} is damaged: ${run.problem}`);
  return run;
}
