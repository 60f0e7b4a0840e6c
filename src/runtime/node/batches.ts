// Batches of the training rows for programs that look into a training: made as the training makes them, without its end.

import { divideData, gatherBatch, type Rows } from "../core/dataset.ts";
import { encodeDataset } from "../core/encode.ts";
import type { Program } from "../core/program.ts";
import { epochOrder } from "../core/shuffle.ts";
import { beginningOf } from "./begin.ts";
import { loadData, type Run } from "./run.ts";

/** Loads the rows to train on, with what encoders learn from them, and sets the first weights; undefined if it was interrupted. */
export async function trainingRows(run: Run, program: Program): Promise<Rows | undefined> {
  const { columns, split } = program.manifest;
  const begin = await beginningOf(run, program);
  const source = await loadData(run, program, () => {});
  if (source === undefined) return undefined;
  const { train } = divideData(source, split, run.args.seed, run.args.limit);
  const { encoders = {} } = run.trainer;
  begin.initialize();
  begin.report();
  return encodeDataset({ train }, columns, encoders, begin.learn(train)).train;
}

/** Puts the batch of a step, from 0, into the program's columns; returns its number of samples. */
export function batchFiller(program: Program, rows: Rows, seed: number): (step: number) => number {
  const { batch, columns } = program.manifest;
  const count = rows.rows.length;
  const steps = Math.ceil(count / batch);
  let epoch = -1;
  let order: Int32Array = new Int32Array();
  return (step) => {
    const wanted = Math.floor(step / steps);
    if (wanted !== epoch) order = epochOrder(count, seed, wanted);
    epoch = wanted;
    const start = (step % steps) * batch;
    const n = Math.min(batch, count - start);
    gatherBatch(rows, order, start, n, columns, program.columns);
    return n;
  };
}
