// Trained weights on the rows to test with, in place of a training.

import { loadWeights } from "../core/api.ts";
import type { Rows } from "../core/dataset.ts";
import type { DividedData, DividedPart } from "../core/divided.ts";
import { asLearned, type Learned } from "../core/encode.ts";
import { RunError } from "../core/error.ts";
import { feedOf } from "../core/feed.ts";
import { DamageError } from "../core/guard.ts";
import { evaluateProgram } from "../core/loop.ts";
import type { MetricValue, Program } from "../core/program.ts";
import { countText, metricsRecord, metricsText, tablesText } from "../core/text.ts";
import { learnedIn } from "../core/weightsFile.ts";
import { damageSaid, damageText } from "./damage.ts";
import type { Run } from "./run.ts";
import { readWeightsFile } from "./weights.ts";

/** Results beside those of the metrics: what to say, as a line and as a part of the event. Undefined if it was interrupted. */
export type FurtherResults = (
  run: Run,
  program: Program,
  rows: Rows,
  learned: Learned,
) => Promise<{ readonly line: string; readonly event: Readonly<Record<string, unknown>> } | undefined>;

/** Loads trained weights and reports the results on the test rows; on those of validation, or on all, where there are none. */
export async function evaluateWeights(
  run: Run,
  program: Program,
  data: DividedData,
  path: string,
  further?: FurtherResults,
): Promise<number> {
  const { trainer, args, reporter, interrupts } = run;
  const { manifest } = trainer;
  const bytes = readWeightsFile(path);
  const learned = learnedIn(bytes, path);
  program.initialize(args.seed);
  loadWeights(program, bytes, path);
  const { made, examples } = data;
  const columns = manifest.columns.map((info) => {
    const from = made[info.name];
    return from === undefined ? info : { ...info, from };
  });
  asLearned(columns, learned, path);
  const part: DividedPart = examples.test > 0 ? "test" : examples.validation > 0 ? "validation" : "train";
  const rows = further === undefined ? undefined : data.rows?.(part, learned);
  const feed = rows === undefined ? data.part(part, learned) : feedOf(rows);
  reporter.line(`evaluating ${manifest.model} on ${manifest.dataset}: ${countText(feed.count)} examples (${part})`);
  const values = await evaluateProgram(program, feed, interrupts.signal).catch((error: unknown) => {
    throw error instanceof DamageError ? new RunError(damageText(damageSaid(error, { train: feed }, []))) : error;
  });
  const more = values === undefined || rows === undefined ? undefined : await further?.(run, program, rows, learned);
  reporter.clear();
  if (values === undefined || interrupts.signal.aborted) return interrupts.code();
  report(run, part, values, more);
  return 0;
}

function report(
  { trainer: { manifest }, args, output }: Run,
  part: string,
  values: readonly MetricValue[],
  more: Awaited<ReturnType<FurtherResults>>,
): void {
  if (args.json) {
    output.event("evaluation", { part, metrics: metricsRecord(manifest.metrics, values), ...more?.event });
    return;
  }
  output.print(`${part} ${metricsText(manifest.metrics, values)}`);
  for (const text of tablesText(manifest.metrics, values)) output.print(text);
  if (more !== undefined) output.print(`${part} ${more.line}`);
}
