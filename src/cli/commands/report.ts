// `nnc report DIR`: the log of a run as one page of HTML.

import { join } from "node:path";
import { pngUrl } from "../../host/png.ts";
import { logFiles } from "../../host/runFolder.ts";
import { reportPage } from "../../report/page.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { checkPage, writePage } from "../pages.ts";
import { runIn } from "../runs.ts";

export interface ReportFlags {
  readonly out?: string;
  readonly force?: boolean;
}

export async function reportCommand(folder: string, { out, force = false }: ReportFlags): Promise<ExitCode> {
  const run = runIn(folder);
  const path = out ?? join(folder, "report.html");
  checkPage(
    path,
    logFiles.map((name) => join(folder, name)),
    force,
  );
  writePage(path, reportPage(run, pngUrl));
  return EXIT.fine;
}
