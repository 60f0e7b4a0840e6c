// Trains once for each part of the data, on the others, and tests on that part: what a model reaches, and how much that varies.

import { encodeDataset } from "../core/encode.ts";
import { RunError } from "../core/error.ts";
import { type Feed, feedOf } from "../core/feed.ts";
import { foldOf } from "../core/folds.ts";
import { DamageError } from "../core/guard.ts";
import { trainProgram } from "../core/loop.ts";
import type { MetricValue } from "../core/program.ts";
import { countText, metricsRecord, metricsText, metricText } from "../core/text.ts";
import { beginningOf } from "./begin.ts";
import { damageSaid, damageText } from "./damage.ts";
import { trainOptions } from "./main.ts";
import { loadData, withRun } from "./run.ts";
import type { Invocation, Trainer } from "./trainer.ts";

interface Spread {
  readonly mean: number;
  /** The standard deviation of a sample: over n - 1. */
  readonly deviation: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1)) };
}

/** The spread of each result that is a number, by its name. */
function spreads(names: readonly string[], results: readonly (readonly MetricValue[])[]): ReadonlyMap<string, Spread> {
  return new Map(
    names.flatMap((name, i) => {
      const values = results.flatMap((result) => (typeof result[i] === "number" ? [result[i]] : []));
      return values.length === results.length ? [[name, spreadOf(values)] as const] : [];
    }),
  );
}

/** Names the rows of a step that ended the training of a fold. */
function damagedFold(error: DamageError, train: Feed, fold: number): RunError {
  const said = damageSaid(error, { train }, []);
  return new RunError(damageText({ ...said, problem: `fold ${fold}, ${said.problem}` }));
}

/** Trains and tests on each fold in turn; prints the results, their means and deviations. Nothing is written. */
export const runFolds = (trainer: Trainer, invocation: Invocation): Promise<number> =>
  withRun(trainer, invocation, async (run, create) => {
    const { args, output, reporter, interrupts } = run;
    const { folds = 0 } = invocation;
    const program = await create();
    const { columns, split, metrics: names, model, dataset } = program.manifest;
    const begin = await beginningOf(run, program);
    const source = await loadData(run, program, () => {});
    if (source === undefined) return interrupts.code();
    const { encoders = {} } = trainer;
    reporter.line(
      `training ${model} on ${dataset} ${folds} times: ${countText(source.train.count)} examples in ${folds} folds, ` +
        `seed ${args.seed}${source.test === undefined ? "" : "; the data's own test part is left alone"}`,
    );
    const results: (readonly MetricValue[])[] = [];
    for (let fold = 0; fold < folds; fold++) {
      const divided = foldOf(source, split, args.seed, folds, fold);
      const data = encodeDataset(divided, columns, encoders, begin.learn(divided.train));
      begin.initialize();
      if (fold === 0) begin.report();
      const { test, interrupted } = await trainProgram(program, data, trainOptions(run), {
        onProgress: (progress) => reporter.progress(progress),
      }).catch((error: unknown) => {
        throw error instanceof DamageError ? damagedFold(error, feedOf(data.train), fold + 1) : error;
      });
      reporter.clear();
      if (interrupted !== undefined || test === undefined) {
        reporter.line(`interrupted in fold ${fold + 1}`);
        return interrupts.code();
      }
      results.push(test);
      const counts = { train: data.train.rows.length, validation: data.validation?.rows.length ?? 0 };
      const examples = { ...counts, test: data.test?.rows.length ?? 0 };
      if (args.json) output.event("fold", { fold: fold + 1, folds, examples, metrics: metricsRecord(names, test) });
      else output.print(`fold ${fold + 1}/${folds}  ${countText(examples.test)} examples  ${metricsText(names, test)}`);
    }
    const found = [...spreads(names, results)];
    if (args.json) output.event("folds", { folds, metrics: Object.fromEntries(found) });
    else
      output.print(
        `mean of ${folds} folds  ${found.map(([name, { mean, deviation }]) => `${name} ${metricText(mean)} ± ${metricText(deviation)}`).join(", ")}`,
      );
    return 0;
  });
