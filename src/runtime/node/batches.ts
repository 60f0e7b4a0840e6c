// Batches of the training rows for programs that look into a training: made as the training makes them, without its end.

import { groupingOf } from "../core/buckets.ts";
import { type DividedData, dividedData } from "../core/divided.ts";
import type { Feed, FeedOrder } from "../core/feed.ts";
import type { Program } from "../core/program.ts";
import { countText, sizeText } from "../core/text.ts";
import { beginningOf } from "./begin.ts";
import { rowStoreOf } from "./blockFile.ts";
import { loadData, type Run } from "./run.ts";

/**
 * Makes the program, loads the rows to train on, sets the first weights, and does the work with them; returns its exit code, or that
 * of an interruption. Rows that take more memory than they may stay in a file until the end of the work.
 */
export async function withTrainingRows(
  run: Run,
  create: () => Promise<Program>,
  work: (program: Program, feed: Feed) => Promise<number>,
): Promise<number> {
  const { args, trainer, interrupts } = run;
  const { store, close } = rowStoreOf(args.memory, trainer.manifest);
  try {
    const program = await create();
    const { manifest } = program;
    const begin = await beginningOf(run, program);
    const source = await loadData(run, program, () => {}, store);
    if (source === undefined) return interrupts.code();
    const { encoders = {} } = trainer;
    const divided = dividedData(source, { manifest, encoders, seed: args.seed, limit: args.limit });
    reportPiecewise(run, divided.order);
    const { feeds } = divided.prepare(undefined, begin.adapt);
    begin.initialize();
    begin.report();
    return await work(program, feeds.train);
  } finally {
    close();
  }
}

/** Says so if the rows lie in a file. */
export function reportPiecewise({ reporter, args }: Pick<Run, "reporter" | "args">, order: DividedData["order"]): void {
  if (order.window === undefined) return;
  reporter.line(
    `the data takes more than ${sizeText(args.memory)} of memory (--memory): it is read piece by piece, ` +
      `and its order is random within windows of ${countText(order.window)} examples`,
  );
}

/** Puts the batch of a step, from 0, into the program's columns; returns its number of samples. */
export function batchFiller(program: Program, feed: Feed, seed: number): (step: number) => number {
  const { batch, columns } = program.manifest;
  const { count } = feed;
  const steps = Math.ceil(count / batch);
  let epoch = -1;
  let order: FeedOrder | undefined;
  return (step) => {
    const wanted = Math.floor(step / steps);
    if (order === undefined || wanted !== epoch) order = feed.epoch(seed, wanted, groupingOf(program.manifest));
    epoch = wanted;
    const start = (step % steps) * batch;
    const n = Math.min(batch, count - start);
    order.gather(start, n, columns, program.columns);
    return n;
  };
}
