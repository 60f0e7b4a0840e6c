// Stops a training at the first loss or weight that is no finite number. It keeps a copy of the state now and then, goes through
// the steps after it a second time, and ends before the one that did the damage. A training repeats to the bit, so this finds
// the step itself, and no step pays for the search beforehand.

import { RunError } from "./error.ts";
import type { Feed } from "./feed.ts";
import type { Program, SlotInfo } from "./program.ts";
import type { TrainState } from "./trainState.ts";
import { giveTurn, TURN_MILLISECONDS } from "./turn.ts";
import { allFinite } from "./values.ts";

/** What went wrong in a step. */
export interface Damage {
  /** The number of the step in its epoch, from 1. */
  readonly step: number;
  /** The mean loss of the batch before the update. */
  readonly loss: number;
  /** Weights and statistics that were finite before the step and are not after it, by name. */
  readonly weights: readonly string[];
}

/** The batch in which it happened. */
export interface DamagedBatch {
  readonly epoch: number;
  readonly damage: Damage;
  /** Its rows, as numbers in the part of the data that holds them. The program's columns hold their values. */
  readonly rows: Int32Array;
  /** The places in the batch of those whose loss is not finite when they are alone. */
  readonly alone: readonly number[];
}

/** The rows of an evaluation whose loss is not finite. */
export interface DamagedRows {
  /** The data that holds them, and the first batch of such a loss. */
  readonly feed: Feed;
  readonly rows: Int32Array;
  /** The places in the batch of those whose loss is not finite when they are alone. */
  readonly alone: readonly number[];
}

export const damageHelp =
  "try a smaller learning rate, and check that inputs are scaled (pixels / 255) and hold no NaN";

/** The error of a training that met numbers which are not finite. The program has the last good state. */
export class DamageError extends RunError {
  override readonly name: string = "DamageError";
  /** What happened, without advice. */
  readonly problem: string;
  /** The last good state, to go on from; undefined if there is none beside that of the last epoch. */
  readonly state: TrainState | undefined;
  /** Undefined where an evaluation failed. */
  readonly batch: DamagedBatch | undefined;
  /** Where an evaluation failed, if it fails a second time. */
  readonly evaluated: DamagedRows | undefined;
  constructor(problem: string, state?: TrainState, batch?: DamagedBatch, evaluated?: DamagedRows) {
    super(`${problem}; ${damageHelp}`);
    this.problem = problem;
    this.state = state;
    this.batch = batch;
    this.evaluated = evaluated;
  }
}

const lossWords = (loss: number): string => (Number.isNaN(loss) ? "not a number (NaN)" : String(loss));

/** Says that the loss of an evaluation is not finite. */
export const evaluationDamage = (loss: number, evaluated: DamagedRows | undefined): DamageError =>
  new DamageError(`the loss is ${lossWords(loss)} in evaluation`, undefined, undefined, evaluated);

/** Says that a step did damage, and not when it was repeated. */
export const unrepeated = (epoch: number): DamageError =>
  new DamageError(`a loss or a weight is not finite in epoch ${epoch}, but the same steps did no damage a second time`);

/** Says what a step did. */
export function stepDamage(batch: DamagedBatch, state: TrainState): DamageError {
  const { step, loss } = batch.damage;
  const where = `step ${step} of epoch ${batch.epoch}`;
  return new DamageError(
    Number.isFinite(loss)
      ? `${where} makes weights that are not finite, so training cannot go on`
      : `the loss is ${lossWords(loss)} at ${where}, so training cannot go on`,
    state,
    batch,
  );
}

export interface Guard {
  /** Copies the state after so many steps of the epoch. */
  keep(step: number): void;
  /** The time of the last copy. */
  kept(): number;
  /** Whether every weight and statistic is finite. */
  sound(): boolean;
  /**
   * Repeats the steps after the copy up to `last` and returns the first that does damage; the program then has the state before
   * it. `take` takes the step after so many, and returns its loss. Undefined if nothing happens the second time.
   */
  find(last: number, take: (done: number) => number): Promise<Damage | undefined>;
}

const isBad = ({ role, values }: SlotInfo): boolean =>
  (role === "weight" || role === "state") && values instanceof Float32Array && !allFinite(values);

/**
 * Returns the places of the rows of a batch whose loss is not finite when they are evaluated alone. `gather` puts one of them into
 * the program's columns. Leaves all slots as they are.
 */
export function rowsAlone(program: Program, count: number, gather: (place: number) => void): readonly number[] {
  const metrics = program.slots.filter(({ role }) => role === "metric");
  const before = metrics.map(({ values }) => values.slice());
  const found: number[] = [];
  for (let place = 0; place < count; place++) {
    gather(place);
    program.resetMetrics();
    program.evaluateStep(1);
    const loss = program.metrics()[0];
    if (typeof loss === "number" && !Number.isFinite(loss)) found.push(place);
  }
  for (const [i, { values }] of metrics.entries()) values.set(before[i] as SlotInfo["values"]);
  return found;
}

/** Evaluates batch by batch, and returns the rows of the first whose loss is not finite. Uses the program's metrics. */
export async function damagedRows(program: Program, feed: Feed): Promise<DamagedRows | undefined> {
  const { batch, columns } = program.manifest;
  const order = feed.inOrder();
  let turn = performance.now();
  for (let start = 0; start < feed.count; start += batch) {
    const n = Math.min(batch, feed.count - start);
    order.gather(start, n, columns, program.columns);
    program.resetMetrics();
    program.evaluateStep(n);
    const loss = program.metrics()[0];
    if (typeof loss === "number" && !Number.isFinite(loss)) {
      const one = (place: number): void => order.gather(start + place, 1, columns, program.columns);
      return { feed, rows: order.rows(start, n), alone: rowsAlone(program, n, one) };
    }
    if (performance.now() - turn < TURN_MILLISECONDS) continue;
    await giveTurn();
    turn = performance.now();
  }
  return undefined;
}

/** Watches over the state of a program. */
export function stateGuard(program: Program): Guard {
  let copies: readonly SlotInfo["values"][] = [];
  let from = 0;
  let at = 0;
  const bad = (): readonly string[] => program.slots.filter(isBad).map(({ name }) => name);
  const restore = (): void => {
    for (const [i, { values }] of program.slots.entries()) values.set(copies[i] as SlotInfo["values"]);
  };
  return {
    keep(step) {
      if (copies.length === 0) copies = program.slots.map(({ values }) => values.slice());
      else for (const [i, { values }] of program.slots.entries()) (copies[i] as SlotInfo["values"]).set(values);
      from = step;
      at = performance.now();
    },
    kept: () => at,
    sound: () => bad().length === 0,
    async find(last, take) {
      restore();
      let found: Damage | undefined;
      let turn = performance.now();
      for (let done = from; done < last && found === undefined; done++) {
        const loss = take(done);
        const weights = bad();
        if (!Number.isFinite(loss) || weights.length > 0) found = { step: done + 1, loss, weights };
        if (performance.now() - turn < TURN_MILLISECONDS) continue;
        await giveTurn();
        turn = performance.now();
      }
      if (found === undefined) return undefined;
      restore();
      for (let done = from; done < found.step - 1; done++) take(done);
      return found;
    },
  };
}
