// The training loop: epochs, batches in a seeded order, validation, test, and news of its progress. It knows a program only
// by its contract, and nothing of screens and files. It gives the event loop a turn about ten times a second.

import { type BestWatcher, bestWatcher } from "./best.ts";
import { groupingOf } from "./buckets.ts";
import type { Dataset, Rows } from "./dataset.ts";
import { RunError } from "./error.ts";
import { asFeeds, type Feed, type Feeds, feedOf } from "./feed.ts";
import {
  type DamageError,
  damagedRows,
  evaluationDamage,
  type Guard,
  rowsAlone,
  stateGuard,
  stepDamage,
  unrepeated,
} from "./guard.ts";
import type { EpochResult, MetricValue, Program } from "./program.ts";
import type { TrainState } from "./trainState.ts";
import { giveTurn, TURN_MILLISECONDS } from "./turn.ts";

export interface TrainOptions {
  /** Default: the program's own number. */
  readonly epochs?: number;
  /** The seed of the order of samples. Default: the program's own. `program.initialize` sets the weights. */
  readonly seed?: number;
  /** Once this is aborted, training stops before the next step. */
  readonly signal?: AbortSignal;
  /** The place where an earlier training stopped: the program's slots hold its state. */
  readonly from?: TrainState;
  /** Ends the training after so many steps in all, those before `from` too. */
  readonly maxSteps?: number;
  /** Ends the training after so many seconds, at least one step later. */
  readonly maxSeconds?: number;
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
  /**
   * Called with the state to save it: between steps at most about ten times a second where `wantsState` says so, after each
   * epoch, and where the training ends within one. Every weight is finite then.
   */
  onState?(state: TrainState, when: "step" | "epoch" | "end"): void;
  /** Whether `onState` wants the state within an epoch now. By default it does. */
  wantsState?(): boolean;
}

export interface History {
  readonly epochs: readonly EpochResult[];
  /** Metrics of the test rows after the last epoch, if there are any. */
  readonly test?: readonly MetricValue[];
  /** The last finished step, and its epoch, if the signal stopped the training. */
  readonly interrupted?: { readonly epoch: number; readonly step: number };
  /** The budget that ended it, with the last finished step and its epoch. */
  readonly spent?: { readonly budget: Budget; readonly epoch: number; readonly step: number };
  /** The epoch after which it ended early, for want of a better result. */
  readonly stopped?: number;
  /** The epoch whose weights it ends with, if these are the best ones. */
  readonly restored?: number;
  /** The step that made numbers which are not finite, if a run ended before it. */
  readonly damaged?: { readonly epoch: number; readonly step: number };
}

export type Budget = "seconds" | "steps";

/** The time between two copies of the state in memory, from which a search for damage begins. */
const KEEP_MILLISECONDS = 5000;

/**
 * Trains from the program's present weights and returns the history. Throws a DamageError if a loss or a weight stops being a
 * finite number; the program then has the state before that step.
 */
export async function trainProgram(
  program: Program,
  given: Dataset | Feeds,
  options: TrainOptions = {},
  events: TrainEvents = {},
): Promise<History> {
  const { manifest } = program;
  const data = asFeeds(given);
  const { epochs = manifest.epochs, from } = options;
  if (program.observe?.validation !== undefined && data.validation === undefined)
    throw new RunError("the learning rate follows a result of validation, so the data needs a validation part");
  if (manifest.stopping?.part === "validation" && data.validation === undefined)
    throw new RunError("the best weights are those of the best validation, so the data needs a validation part");
  const course = courseOf(program, data, options, events);
  const { done, best, over, epochSteps } = course;
  if (from === undefined) tellLength(program, epochs * epochSteps);
  let stopped = best.ended() ? done.length : undefined;
  let spent: History["spent"];
  for (let epoch = from?.epoch ?? 1; epoch <= epochs && stopped === undefined && spent === undefined; epoch++) {
    const first = epoch === from?.epoch ? from.step : 0;
    const budget = over(epoch, first);
    if (budget !== undefined) {
      spent = { budget, ...(first > 0 ? { epoch, step: first } : { epoch: epoch - 1, step: epochSteps }) };
      break;
    }
    const ended = await trainAndValidate(course, epoch, first);
    if ("interrupted" in ended) return { epochs: done, interrupted: ended.interrupted };
    ({ spent, stopped } = ended);
  }
  program.finalize?.();
  const restored = best.restore();
  const ending = {
    epochs: done,
    ...(spent === undefined ? {} : { spent }),
    ...(stopped === undefined ? {} : { stopped }),
    ...(restored === undefined ? {} : { restored }),
  };
  if (data.test === undefined) return ending;
  const test = await evaluateProgram(program, data.test, options.signal);
  const step = done.at(-1)?.steps ?? 0;
  return test === undefined ? { ...ending, interrupted: { epoch: epochs, step } } : { ...ending, test };
}

/** A training under way. */
interface Course {
  readonly program: Program;
  readonly data: Feeds;
  readonly options: TrainOptions;
  readonly events: TrainEvents;
  readonly done: EpochResult[];
  readonly best: BestWatcher;
  readonly guard: Guard;
  /** The steps of an epoch. */
  readonly epochSteps: number;
  /** The start of training, and the last turn of timers and signals. */
  readonly clock: { readonly started: number; turn: number };
  /** The state after so many steps of an epoch. */
  at(epoch: number, step: number): TrainState;
  /** The budget that is used up after so many steps of an epoch. */
  over(epoch: number, step: number): Budget | undefined;
}

function courseOf(program: Program, data: Feeds, options: TrainOptions, events: TrainEvents): Course {
  const { from, maxSteps = Number.POSITIVE_INFINITY, maxSeconds = Number.POSITIVE_INFINITY } = options;
  const done: EpochResult[] = [...(from?.done ?? [])];
  const best = bestWatcher(program, from?.best, done.length);
  const clock = { started: performance.now(), turn: performance.now() };
  const epochSteps = Math.ceil(data.train.count / program.manifest.batch);
  return {
    ...{ program, data, options, events, done, best, clock, epochSteps },
    guard: stateGuard(program),
    at(epoch, step) {
      const found = best.state();
      return { epoch, step, done: [...done], ...(found === undefined ? {} : { best: found }) };
    },
    over(epoch, step) {
      if ((epoch - 1) * epochSteps + step >= maxSteps) return "steps";
      return performance.now() - clock.started >= 1000 * maxSeconds ? "seconds" : undefined;
    },
  };
}

/** How an epoch ended: by the signal, by a budget, for want of a better result, or as others do. */
type EpochEnd =
  | { readonly interrupted: NonNullable<History["interrupted"]> }
  | { readonly spent: History["spent"]; readonly stopped: number | undefined };

/** Trains an epoch, validates, and tells the result. */
async function trainAndValidate(course: Course, epoch: number, first: number): Promise<EpochEnd> {
  const { program, data, options, events, done, best, clock, at, over } = course;
  const trained = await trainEpoch(course, epoch, first);
  const interrupted = { epoch, step: trained.step };
  let spent: History["spent"];
  if (trained.step < course.epochSteps) {
    events.onState?.(at(epoch, trained.step), "end");
    const budget = options.signal?.aborted === true ? undefined : over(epoch, trained.step);
    if (budget === undefined) return { interrupted };
    spent = { budget, ...interrupted };
  }
  // Only the whole epoch is a place to go on from: validation leaves other metrics.
  program.observe?.train?.();
  const validation =
    data.validation === undefined ? undefined : await evaluateProgram(program, data.validation, options.signal);
  if (data.validation !== undefined && validation === undefined) return { interrupted };
  if (validation !== undefined) program.observe?.validation?.();
  const { step, seconds, samplesPerSecond, metrics } = trained;
  const epochs = options.epochs ?? program.manifest.epochs;
  const result: EpochResult = {
    ...{ epoch, epochs, steps: step, seconds, samplesPerSecond, metrics },
    ...(validation === undefined ? {} : { validation }),
  };
  done.push(result);
  const stopped = best.see(result) && spent === undefined ? epoch : undefined;
  events.onEpoch?.(result);
  if (spent === undefined) {
    events.onState?.(at(epoch + 1, 0), "epoch");
    await giveTurn();
    clock.turn = performance.now();
  }
  return { spent, stopped };
}

/** Tells the program how many steps are to come, if its learning rate depends on that. */
export function tellLength({ slots }: Program, steps: number): void {
  const counter = (wanted: string) => slots.find(({ name, role }) => role === "counter" && name === wanted)?.values;
  const [done, total] = [counter("step"), counter("total_steps")];
  if (total !== undefined) total[0] = (done?.[0] ?? 0) + steps;
}

/** The steps of one epoch over rows, in the order of that epoch. */
interface EpochSteps {
  /** Puts the batch of the step after so many into the program's columns. */
  gather(done: number): void;
  /** Puts one row of that batch alone. */
  gatherOne(done: number, place: number): void;
  /** The rows of that batch. */
  rowsOf(done: number): Int32Array;
  /** The samples that so many steps have seen. */
  seen(done: number): number;
}

function stepsOf(program: Program, feed: Feed, seed: number, epoch: number): EpochSteps {
  const { batch, columns } = program.manifest;
  const { count } = feed;
  const order = feed.epoch(seed, epoch - 1, groupingOf(program.manifest));
  const seen = (done: number): number => Math.min(count, done * batch);
  return {
    seen,
    gather(done) {
      const n = seen(done + 1) - seen(done);
      if (n > 0) order.gather(seen(done), n, columns, program.columns);
    },
    gatherOne: (done, place) => order.gather(seen(done) + place, 1, columns, program.columns),
    rowsOf: (done) => order.rows(seen(done), seen(done + 1) - seen(done)),
  };
}

/** Trains one epoch and returns the last finished step, less than its steps if the signal or a budget stopped it. */
async function trainEpoch(course: Course, epoch: number, first: number): Promise<EpochTrained> {
  const { program, data, options, events, guard, epochSteps, clock, at, over } = course;
  const { signal, epochs = program.manifest.epochs, seed = program.manifest.seed } = options;
  const { gather, gatherOne, seen, rowsOf } = stepsOf(program, data.train, seed, epoch);
  const take = (done: number, meanwhile?: () => void): number =>
    program.trainStep(seen(done + 1) - seen(done), meanwhile);
  /** Finds the step that did damage, up to `last`, and leaves the program before it. */
  const damaged = async (last: number): Promise<DamageError> => {
    const again = (done: number): number => {
      gather(done);
      return take(done);
    };
    const damage = await guard.find(last, again);
    if (damage === undefined) return unrepeated(epoch);
    const batch = rowsOf(damage.step - 1);
    const alone = Number.isFinite(damage.loss)
      ? []
      : rowsAlone(program, batch.length, (place) => gatherOne(damage.step - 1, place));
    gather(damage.step - 1);
    return stepDamage({ epoch, damage, rows: batch, alone }, at(epoch, damage.step - 1));
  };
  const started = performance.now();
  if (first === 0) program.resetMetrics();
  guard.keep(first);
  gather(first);
  let step = first;
  while (step < epochSteps && signal?.aborted !== true && (step === first || over(epoch, step) === undefined)) {
    const next = step + 1;
    const loss = take(step, () => gather(next));
    step = next;
    if (!Number.isFinite(loss)) throw await damaged(step);
    const now = performance.now();
    if (now - clock.turn < TURN_MILLISECONDS) continue;
    const wanted = events.onState !== undefined && events.wantsState?.() !== false;
    if (wanted || now - guard.kept() > KEEP_MILLISECONDS) {
      if (!guard.sound()) throw await damaged(step);
      guard.keep(step);
    }
    const all = seen(epochSteps);
    events.onProgress?.({
      ...{ epoch, epochs, step, steps: epochSteps },
      samplesPerSecond: ((seen(step) - seen(first)) * 1000) / (now - started),
      // The whole time so far includes validation.
      secondsLeft:
        ((now - clock.started) / 1000) * ((all * (epochs - epoch + 1) - seen(step)) / (all * (epoch - 1) + seen(step))),
      metrics: program.metrics(),
    });
    if (wanted) events.onState?.(at(epoch, step), "step");
    await giveTurn();
    clock.turn = performance.now();
  }
  if (!guard.sound()) throw await damaged(step);
  const seconds = (performance.now() - started) / 1000;
  const samplesPerSecond = (seen(step) - seen(first)) / Math.max(seconds, 1e-9);
  return { step, seconds, samplesPerSecond, metrics: [...program.metrics()] };
}

type EpochTrained = Pick<EpochResult, "seconds" | "samplesPerSecond" | "metrics"> & { readonly step: number };

/** Returns the metrics over all rows, without training; undefined if the signal stopped it. */
export async function evaluateProgram(
  program: Program,
  rows: Rows | Feed,
  signal?: AbortSignal,
): Promise<readonly MetricValue[] | undefined> {
  const { manifest } = program;
  const feed = "part" in rows ? feedOf(rows) : rows;
  const { count } = feed;
  const order = feed.inOrder();
  let turn = performance.now();
  program.resetMetrics();
  for (let start = 0; start < count; start += manifest.batch) {
    if (signal?.aborted === true) return undefined;
    const n = Math.min(manifest.batch, count - start);
    order.gather(start, n, manifest.columns, program.columns);
    program.evaluateStep(n);
    if (performance.now() - turn < TURN_MILLISECONDS) continue;
    await giveTurn();
    turn = performance.now();
  }
  const metrics = [...program.metrics()];
  const loss = metrics[0];
  if (typeof loss === "number" && !Number.isFinite(loss))
    throw evaluationDamage(loss, await damagedRows(program, feed));
  return metrics;
}
