// `nnc report DIR`: the log of a run as one page of HTML.

import { basename, dirname, join } from "node:path";
import { pngUrl } from "../../host/png.ts";
import { replaceProblem } from "../../host/replace.ts";
import { writeFile } from "../../host/write.ts";
import { reportPage } from "../../report/page.ts";
import { EXIT, type ExitCode, Refusal, usageError } from "../exit.ts";
import { say, shownPath } from "../output.ts";
import { runIn } from "../runs.ts";

export interface ReportFlags {
  readonly out?: string;
  readonly force?: boolean;
}

/** Refuses to replace a file that is no page of nnc's. */
export function checkPage(path: string, inputs: readonly string[], force: boolean): void {
  const refused = replaceProblem(dirname(path), new Map([[basename(path), ""]]), { inputs, force });
  if (refused !== undefined) throw usageError(refused);
}

/** Writes a page, whole or not at all, and says where it is. */
export function writePage(path: string, text: string): void {
  const written = writeFile(path, text);
  if ("problem" in written) throw new Refusal(EXIT.failed, written.problem);
  say(`report in ${shownPath(path)}; open it in a browser`);
}

export async function reportCommand(folder: string, { out, force = false }: ReportFlags): Promise<ExitCode> {
  const run = runIn(folder);
  const path = out ?? join(folder, "report.html");
  checkPage(
    path,
    ["run.json", "history.jsonl", "program.json", "examples.json"].map((name) => join(folder, name)),
    force,
  );
  writePage(path, reportPage(run, pngUrl));
  return EXIT.fine;
}
