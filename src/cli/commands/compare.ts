// `nnc compare RUN RUN…`: results of runs side by side, and the settings in which they differ.

import { join } from "node:path";
import { safeText } from "../../diagnostics/render/displayText.ts";
import { logFiles } from "../../host/runFolder.ts";
import { comparePage, comparison, mostCompared } from "../../report/compare.ts";
import { EXIT, type ExitCode, usageError } from "../exit.ts";
import { result } from "../output.ts";
import { checkPage, writePage } from "../pages.ts";
import { runIn } from "../runs.ts";
import { table } from "../table.ts";

export interface CompareFlags {
  readonly out?: string;
  readonly force?: boolean;
}

export async function compareCommand(
  folders: readonly string[],
  { out, force = false }: CompareFlags,
): Promise<ExitCode> {
  if (folders.length < 2) throw usageError("compare needs two runs at least: nnc compare runs/a runs/b");
  if (folders.length > mostCompared)
    throw usageError(`compare takes ${mostCompared} runs at most; nnc runs lists more`);
  if (out !== undefined)
    checkPage(
      out,
      folders.flatMap((folder) => logFiles.map((name) => join(folder, name))),
      force,
    );
  const runs = folders.map(runIn);
  const { results, differences } = comparison(runs);
  const head = ["", ...runs.map(({ name }) => name)];
  const text = (rows: readonly (readonly string[])[]): string =>
    table(
      rows.map((row) => row.map(safeText)),
      1,
    );
  result(`${text([head, ...results])}\nSettings that differ\n${text([head, ...differences])}`);
  if (out !== undefined) writePage(out, comparePage(runs));
  return EXIT.fine;
}
