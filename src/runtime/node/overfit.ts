// A check that a model can learn: it trains on one batch, which it should soon know by heart, and says whether it does.

import { tellLength } from "../core/loop.ts";
import type { MetricValue, Program } from "../core/program.ts";
import { metricsRecord, metricsText } from "../core/text.ts";
import { giveTurn, TURN_MILLISECONDS } from "../core/turn.ts";
import { batchFiller, withTrainingRows } from "./batches.ts";
import { type Run, withRun } from "./run.ts";
import type { Invocation, Trainer } from "./trainer.ts";

/** The most steps, unless `--max-steps` says otherwise. */
const OVERFIT_STEPS = 500;
/** The share of the first loss at which the batch counts as known by heart. */
const KNOWN = 0.01;
/** The share of the first loss at which the batch counts as learned, when the steps are over. */
const LEARNED = 0.2;

const overfitAdvice = [
  "what to check  a learning rate that fits: nnc train FILE --find-rate",
  "               targets that belong to their rows, and a loss that fits the last activation",
  "               Dropout, regularizers and augmentation: without them one batch must be learnable",
];

interface Learning {
  readonly steps: number;
  readonly first: readonly MetricValue[];
  readonly last: readonly MetricValue[];
}

const lossOfBatch = (values: readonly MetricValue[]): number =>
  typeof values[0] === "number" ? values[0] : Number.NaN;

/** Trains on the batch in the columns of the program; undefined if it was interrupted. */
async function learnBatch(run: Run, program: Program, fill: () => number): Promise<Learning | undefined> {
  const { args, reporter, interrupts } = run;
  const most = args.maxSteps ?? OVERFIT_STEPS;
  const { metrics: names } = program.manifest;
  const measured = (): readonly MetricValue[] => {
    program.resetMetrics();
    program.evaluateStep(fill());
    return [...program.metrics()];
  };
  const first = measured();
  let last = first;
  let turn = performance.now();
  reporter.line(`step 0: ${metricsText(names, first)}`);
  for (let step = 1; step <= most; step++) {
    program.trainStep(fill());
    const shown = step % Math.max(1, Math.ceil(most / 10)) === 0 || step === most;
    if (step % 10 === 0 || shown) last = measured();
    if (shown) reporter.line(`step ${step}: ${metricsText(names, last)}`);
    if (!(lossOfBatch(last) > KNOWN * lossOfBatch(first))) return { steps: step, first, last };
    if (performance.now() - turn < TURN_MILLISECONDS) continue;
    await giveTurn();
    if (interrupts.signal.aborted) return undefined;
    turn = performance.now();
  }
  return { steps: most, first, last };
}

/** Says what was learned; true if the batch was. */
function overfitVerdict({ args, output, reporter }: Run, program: Program, samples: number, found: Learning): boolean {
  const [before, after] = [lossOfBatch(found.first), lossOfBatch(found.last)];
  const learned = Number.isFinite(after) && after <= LEARNED * before;
  const { metrics: names } = program.manifest;
  if (args.json)
    output.event("overfit", {
      ...{ learned, samples, steps: found.steps },
      ...{ before: metricsRecord(names, found.first), after: metricsRecord(names, found.last) },
    });
  const what = `on one batch of ${samples} ${samples === 1 ? "example" : "examples"}, in ${found.steps} steps, the loss went from ${before.toPrecision(4)} to ${after.toPrecision(4)}`;
  const rest = names.length > 1 ? `; ${metricsText(names.slice(1), found.last.slice(1))}` : "";
  const words = learned ? (after <= KNOWN * before ? "knows it by heart" : "learns") : "does not learn";
  if (!args.json) output.print(`${program.manifest.model} ${words}: ${what}${rest}`);
  if (!learned) for (const line of overfitAdvice) reporter.line(line);
  return learned;
}

/** Trains on one batch. The exit code is 0 if the model learned it, else 1. Nothing is written. */
export const runOverfit = (trainer: Trainer, invocation: Invocation): Promise<number> =>
  withRun(trainer, invocation, (run, create) =>
    withTrainingRows(run, create, async (program, feed) => {
      tellLength(program, run.args.maxSteps ?? OVERFIT_STEPS);
      const filler = batchFiller(program, feed, run.args.seed);
      const found = await learnBatch(run, program, () => filler(0));
      if (found === undefined) return run.interrupts.code();
      return overfitVerdict(run, program, Math.min(feed.count, program.manifest.batch), found) ? 0 : 1;
    }),
  );
