// `nnc runs DIR…`: the logs in folders as a table.

import { safeText } from "../../diagnostics/render/displayText.ts";
import { runFolders } from "../../host/runFolder.ts";
import { runRows } from "../../report/compare.ts";
import type { Run } from "../../report/run.ts";
import { EXIT, type ExitCode, Refusal, usageError } from "../exit.ts";
import { jsonLine, result, say } from "../output.ts";
import { runIn } from "../runs.ts";
import { table } from "../table.ts";

/** Reads all runs in the folders, by the time of their start. A damaged log is told, and counts as a failure. */
function runsOf(folders: readonly string[]): { readonly runs: readonly Run[]; readonly damaged: number } {
  const places = folders.flatMap((folder) => {
    const found = runFolders(folder);
    if ("problem" in found) throw usageError(found.problem);
    return found.ok;
  });
  let damaged = 0;
  const runs = [...new Set(places)].flatMap((place) => {
    try {
      return [runIn(place)];
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      say(`nnc: ${error.message}`);
      damaged++;
      return [];
    }
  });
  return { runs: runs.sort((a, b) => (a.started ?? "").localeCompare(b.started ?? "")), damaged };
}

export async function runsCommand(
  folders: readonly string[],
  { json = false }: { readonly json?: boolean },
): Promise<ExitCode> {
  const { runs, damaged } = runsOf(folders);
  if (runs.length === 0 && damaged === 0)
    throw usageError(
      `there is no log of a training in ${folders.map(safeText).join(", ")}; nnc train --log DIR/NAME writes one`,
    );
  const rows = runRows(runs).map((row) => row.map(safeText));
  if (json) result(jsonLine(recordsOf(rows)));
  else if (runs.length > 0) {
    result(table(rows, 4));
    result("Results of training and validation are the best of all epochs.\n");
  }
  return damaged === 0 ? EXIT.fine : EXIT.failed;
}

/** Rows under a head as objects. */
const recordsOf = ([head = [], ...rows]: readonly (readonly string[])[]): readonly object[] =>
  rows.map((row) => Object.fromEntries(head.map((name, i) => [name, row[i] ?? ""])));
