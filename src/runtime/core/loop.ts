// The training loop: epochs, batches in a seeded order, validation, test, and news of its progress. It knows a program only
// by its contract, and nothing of screens and files. It gives the event loop a turn about ten times a second.

import { type BestSoFar, bestWatcher } from "./best.ts";
import { type Dataset, gatherBatch, type Rows } from "./dataset.ts";
import { RunError } from "./error.ts";
import type { EpochResult, MetricValue, Program } from "./program.ts";
import { epochOrder } from "./shuffle.ts";
import { giveTurn } from "./turn.ts";

export interface TrainOptions {
  /** Default: the program's own number. */
  readonly epochs?: number;
  /** The seed of the order of samples. Default: the program's own. `program.initialize` sets the weights. */
  readonly seed?: number;
  /** Once this is aborted, training stops before the next step. */
  readonly signal?: AbortSignal;
  /** The place where an earlier training stopped: the program's slots hold its state. */
  readonly from?: TrainState;
}

/** The place of a training between two steps. Together with the program's slots it is all that the rest depends on. */
export interface TrainState {
  /** The epoch, from 1, and its finished steps. */
  readonly epoch: number;
  readonly step: number;
  readonly done: readonly EpochResult[];
  readonly best?: BestSoFar;
}

/** The progress. Epochs and steps count from 1; metrics are means over the epoch so far, in the manifest's order. */
export interface Progress {
  readonly epoch: number;
  readonly epochs: number;
  readonly step: number;
  readonly steps: number;
  readonly samplesPerSecond: number;
  readonly secondsLeft: number;
  readonly metrics: readonly MetricValue[];
}

export interface TrainEvents {
  /** Called at most about ten times a second. */
  onProgress?(progress: Progress): void;
  onEpoch?(result: EpochResult): void;
  /** Called between steps, at most about ten times a second, and after each epoch: a moment to save the state. */
  onState?(state: TrainState, when: "step" | "epoch"): void;
}

export interface History {
  readonly epochs: readonly EpochResult[];
  /** Metrics of the test rows after the last epoch, if there are any. */
  readonly test?: readonly MetricValue[];
  /** The last finished step, and its epoch, if the signal stopped the training. */
  readonly interrupted?: { readonly epoch: number; readonly step: number };
  /** The epoch after which it ended early, for want of a better result. */
  readonly stopped?: number;
  /** The epoch whose weights it ends with, if these are the best ones. */
  readonly restored?: number;
}

const TURN_MILLISECONDS = 100;

/**
 * Trains from the program's present weights and returns the history. Throws a RunError if the loss stops being a finite
 * number.
 */
export async function trainProgram(
  program: Program,
  data: Dataset,
  options: TrainOptions = {},
  events: TrainEvents = {},
): Promise<History> {
  const { manifest } = program;
  const { signal, epochs = manifest.epochs, seed = manifest.seed, from } = options;
  const done: EpochResult[] = [...(from?.done ?? [])];
  if (program.observe?.validation !== undefined && data.validation === undefined)
    throw new RunError("the learning rate follows a result of validation, so the data needs a validation part");
  if (manifest.stopping?.part === "validation" && data.validation === undefined)
    throw new RunError("the best weights are those of the best validation, so the data needs a validation part");
  const clock = { started: performance.now(), turn: performance.now() };
  if (from === undefined) tellLength(program, epochs * Math.ceil(data.train.rows.length / manifest.batch));
  const best = bestWatcher(program, from?.best);
  const stateAt = (epoch: number, step: number): TrainState => {
    const found = best.state();
    return { epoch, step, done: [...done], ...(found === undefined ? {} : { best: found }) };
  };
  let stopped = best.ended() ? done.length : undefined;
  for (let epoch = from?.epoch ?? 1; epoch <= epochs && stopped === undefined; epoch++) {
    const first = epoch === from?.epoch ? from.step : 0;
    const told = (step: number): void => events.onState?.(stateAt(epoch, step), "step");
    const trained = await trainEpoch(program, data.train, { epoch, first, epochs, seed, signal, events, clock, told });
    const interrupted = { epoch, step: trained.step };
    if (trained.step < trained.steps) {
      told(trained.step);
      return { epochs: done, interrupted };
    }
    // Only the whole epoch is a place to go on from: validation leaves other metrics.
    program.observe?.train?.();
    const validation =
      data.validation === undefined ? undefined : await evaluateProgram(program, data.validation, signal);
    if (data.validation !== undefined && validation === undefined) return { epochs: done, interrupted };
    if (validation !== undefined) program.observe?.validation?.();
    const { steps, seconds, samplesPerSecond, metrics } = trained;
    const result: EpochResult = {
      ...{ epoch, epochs, steps, seconds, samplesPerSecond, metrics },
      ...(validation === undefined ? {} : { validation }),
    };
    done.push(result);
    if (best.see(result)) stopped = epoch;
    events.onEpoch?.(result);
    events.onState?.(stateAt(epoch + 1, 0), "epoch");
    await giveTurn();
    clock.turn = performance.now();
  }
  program.finalize?.();
  const restored = best.restore();
  const ending = {
    epochs: done,
    ...(stopped === undefined ? {} : { stopped }),
    ...(restored === undefined ? {} : { restored }),
  };
  if (data.test === undefined) return ending;
  const test = await evaluateProgram(program, data.test, signal);
  const step = done.at(-1)?.steps ?? 0;
  return test === undefined ? { ...ending, interrupted: { epoch: epochs, step } } : { ...ending, test };
}

/** Tells the program how many steps are to come, if its learning rate depends on that. */
function tellLength({ slots }: Program, steps: number): void {
  const counter = (wanted: string) => slots.find(({ name, role }) => role === "counter" && name === wanted)?.values;
  const [done, total] = [counter("step"), counter("total_steps")];
  if (total !== undefined) total[0] = (done?.[0] ?? 0) + steps;
}

/** The epoch to train, and its circumstances. */
interface EpochRequest {
  readonly epoch: number;
  /** The steps of it that are done already. */
  readonly first: number;
  readonly epochs: number;
  readonly seed: number;
  readonly signal: AbortSignal | undefined;
  readonly events: TrainEvents;
  /** Hears the number of finished steps at each turn of timers and signals. */
  readonly told: (step: number) => void;
  /** The start of training, and the last turn of timers and signals. */
  readonly clock: { readonly started: number; turn: number };
}

/** Trains one epoch and returns the last finished step, less than `steps` if the signal stopped it. */
async function trainEpoch(
  program: Program,
  rows: Rows,
  { epoch, first, epochs, seed, signal, events, clock, told }: EpochRequest,
): Promise<Pick<EpochResult, "steps" | "seconds" | "samplesPerSecond" | "metrics"> & { readonly step: number }> {
  const { batch, columns } = program.manifest;
  const count = rows.rows.length;
  const steps = Math.ceil(count / batch);
  const order = epochOrder(count, seed, epoch - 1);
  const gather = (start: number): void => {
    const n = Math.min(batch, count - start);
    if (n > 0) gatherBatch(rows, order, start, n, columns, program.columns);
  };
  const started = performance.now();
  if (first === 0) program.resetMetrics();
  gather(first * batch);
  let step = first;
  while (step < steps && signal?.aborted !== true) {
    const start = step * batch;
    const n = Math.min(batch, count - start);
    const loss = program.trainStep(n, () => gather(start + n));
    step++;
    if (!Number.isFinite(loss)) throw lossError(loss, `at step ${step} of epoch ${epoch}`);
    const now = performance.now();
    if (now - clock.turn < TURN_MILLISECONDS) continue;
    const seen = start + n;
    const rest = count * (epochs - epoch + 1) - seen;
    events.onProgress?.({
      ...{ epoch, epochs, step, steps },
      samplesPerSecond: ((seen - first * batch) * 1000) / (now - started),
      // The whole time so far includes validation.
      secondsLeft: ((now - clock.started) / 1000) * (rest / (count * (epoch - 1) + seen)),
      metrics: program.metrics(),
    });
    told(step);
    await giveTurn();
    clock.turn = performance.now();
  }
  const seconds = (performance.now() - started) / 1000;
  const samplesPerSecond = (count - first * batch) / Math.max(seconds, 1e-9);
  return { step, steps, seconds, samplesPerSecond, metrics: [...program.metrics()] };
}

/** Returns the metrics over all rows, without training; undefined if the signal stopped it. */
export async function evaluateProgram(
  program: Program,
  rows: Rows,
  signal?: AbortSignal,
): Promise<readonly MetricValue[] | undefined> {
  const { manifest } = program;
  const count = rows.rows.length;
  let turn = performance.now();
  program.resetMetrics();
  for (let start = 0; start < count; start += manifest.batch) {
    if (signal?.aborted === true) return undefined;
    const n = Math.min(manifest.batch, count - start);
    gatherBatch(rows, undefined, start, n, manifest.columns, program.columns);
    program.evaluateStep(n);
    if (performance.now() - turn < TURN_MILLISECONDS) continue;
    await giveTurn();
    turn = performance.now();
  }
  const metrics = [...program.metrics()];
  const loss = metrics[0];
  if (typeof loss === "number" && !Number.isFinite(loss)) throw lossError(loss, "in evaluation");
  return metrics;
}

const lossError = (loss: number, where: string): RunError =>
  new RunError(
    `the loss is ${Number.isNaN(loss) ? "not a number (NaN)" : loss} ${where}, so training cannot go on; ` +
      "try a smaller learning rate, and check that inputs are scaled (pixels / 255) and hold no NaN",
  );
