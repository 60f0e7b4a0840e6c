// The command line of a check of data: a data set → what is in it, and what spoils a training, for people or as JSON. Only nnc runs
// it.

import { dataReport } from "../core/data/dataReport.ts";
import { wantedAsText } from "../core/data/dataSurvey.ts";
import type { DataPlan } from "../core/data/plan.ts";
import { elementsOf, type LoadSource } from "../core/dataset.ts";
import { countText, safeJson } from "../core/text.ts";
import { mostDataBytes } from "./dataFile.ts";
import { dataPage } from "./dataPage.ts";
import { dataFilesIn } from "./files.ts";
import { hearInterrupts } from "./interrupt.ts";
import { messageOf, openOutput, tell } from "./output.ts";
import type { Invocation } from "./trainer.ts";

/** What the file of a check exports. */
export interface DataChecker {
  readonly plan: DataPlan;
  readonly loadSource: LoadSource;
}

/** The most cells of a table that are looked at. */
const MOST_CELLS = 10_000_000;

/** How many rows are looked at, so that memory holds them. */
function mostRows({ columns }: DataPlan): number {
  const texts = columns.filter(wantedAsText).length;
  const bytes = columns
    .filter((info) => !wantedAsText(info))
    .reduce((sum, { dtype, shape }) => sum + elementsOf(shape) * (dtype === "u8" ? 1 : 4), 0);
  const byCells = texts === 0 ? 2 ** 31 : Math.floor(MOST_CELLS / texts);
  const byBytes = bytes === 0 ? 2 ** 31 : Math.floor(mostDataBytes() / 2 / bytes);
  return Math.max(1000, Math.min(byCells, byBytes));
}

/** Shows how many rows are read, where reading takes long and somebody watches. */
function readingBar(): { progress(done: number, all?: number): void; clear(): void } {
  const started = performance.now();
  let drawn = 0;
  const terminal = process.stderr.isTTY === true;
  return {
    progress(done, all) {
      const now = performance.now();
      if (!terminal || now - started < 500 || now - drawn < 100) return;
      drawn = now;
      const length = 30;
      const full = all === undefined ? 0 : Math.round((length * done) / Math.max(1, all));
      const bar = all === undefined ? "" : `  ${"━".repeat(full)}${"─".repeat(length - full)}`;
      process.stderr.write(
        `\rreading${bar}  ${countText(done)}${all === undefined ? "" : `/${countText(all)}`} rows\x1b[K`,
      );
    },
    clear() {
      if (drawn > 0) process.stderr.write("\r\x1b[K");
      drawn = 0;
    },
  };
}

/** Runs a check; returns the exit code: 0, 1 if something spoils the training, 3 failure while running. */
export async function runDataCheck({ plan, loadSource }: DataChecker, { args, folder }: Invocation): Promise<number> {
  const interrupts = hearInterrupts(() => {});
  interrupts.signal.addEventListener("abort", () => process.exit(interrupts.code()));
  const output = openOutput();
  const bar = readingBar();
  try {
    const { values } = process.getBuiltinModule("node:util").parseArgs({
      args: [...args],
      options: { data: { type: "string", multiple: true }, json: { type: "boolean" } },
    });
    const places = { ...(folder === undefined ? {} : { folder }), data: values.data ?? [], source: plan.source.name };
    const { source, columns, seed, split } = plan;
    const loaded = await loadSource(
      {
        ...{ name: source.name, options: source.options, columns, seed, most: mostRows(plan), progress: bar.progress },
        ...(split.column === undefined ? {} : { key: split.column }),
      },
      dataFilesIn(places, () => {}),
    );
    bar.clear();
    const report = dataReport(plan, loaded);
    if (values.json === true) output.print(safeJson(report));
    else {
      const { NO_COLOR, TERM } = process.env;
      const color = process.stdout.isTTY === true && (NO_COLOR === undefined || NO_COLOR === "") && TERM !== "dumb";
      // Names in the lines are safe already; colours must reach the terminal.
      for (const line of dataPage(report, { color, width: process.stdout.columns ?? 100 })) output.drawn(line);
    }
    await new Promise((resolve) => setImmediate(resolve));
    if (output.failed()) return 3;
    return report.findings.some(({ level }) => level === "error") ? 1 : 0;
  } catch (error) {
    bar.clear();
    tell(`error: ${messageOf(error)}`);
    return 3;
  } finally {
    interrupts.remove();
  }
}
