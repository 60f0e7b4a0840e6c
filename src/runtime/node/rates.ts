// A test of learning rates: each step has a larger one, and the losses say from which on a training would learn, and where it would fail.
// The program has the schedule of the test in place of its own rate.

import type { Manifest, Program } from "../core/program.ts";
import { giveTurn, TURN_MILLISECONDS } from "../core/turn.ts";
import { batchFiller, withTrainingRows } from "./batches.ts";
import { type Run, withRun } from "./run.ts";
import type { Invocation, Trainer } from "./trainer.ts";

/** How much of the smoothed loss stays from step to step. */
const SMOOTHING = 0.9;
/** The test ends where the smoothed loss is so many times the least. */
const FAILED = 4;
/** The first smoothed losses are means of few batches: which of these are hard says more than the rate. */
const SETTLED = 10;
/** A fall is measured over so many steps. */
const SPAN = 10;
/** The steps between two lines of the chart. */
const CHART_STEPS = 5;
const CHART_WIDTH = 40;

interface RateLoss {
  readonly rate: number;
  /** The smoothed loss after steps at rates up to this one. */
  readonly loss: number;
}

/** Smooths losses, without a pull towards 0 at the start. */
function smoothed(losses: readonly number[]): readonly number[] {
  let mean = 0;
  return losses.map((loss, i) => {
    mean = SMOOTHING * mean + (1 - SMOOTHING) * loss;
    return mean / (1 - SMOOTHING ** (i + 1));
  });
}

/**
 * Returns the rate at which the loss falls most steeply, with the least loss behind it; undefined where it never falls by a
 * twentieth of itself.
 */
export function bestRate(points: readonly RateLoss[]): RateLoss | undefined {
  const [first] = points;
  const lowest = points.reduce((low, point, i) => (point.loss < (points[low]?.loss ?? 0) ? i : low), 0);
  if (first === undefined || (points[lowest]?.loss ?? 0) > 0.95 * first.loss) return undefined;
  let best: { readonly point: RateLoss; readonly fall: number } | undefined;
  for (let i = SETTLED + SPAN; i <= lowest; i++) {
    const [before, now] = [points[i - SPAN], points[i]];
    const point = points[i - SPAN / 2];
    if (before === undefined || now === undefined || point === undefined) continue;
    const fall = before.loss - now.loss;
    if (best === undefined || fall > best.fall) best = { point, fall };
  }
  return best?.point;
}

const rateText = (rate: number): string => rate.toExponential(1).replace("e+0", "").replace(/e-0?/, "e-");

/** The chart: a line for every few rates, with a bar as long as the loss. */
export function rateChart(points: readonly RateLoss[], best: RateLoss | undefined): readonly string[] {
  const most = Math.max(...points.map(({ loss }) => loss), Number.MIN_VALUE);
  return points.flatMap((point, i) => {
    const near = best !== undefined && Math.abs(points.indexOf(best) - i) <= Math.floor(CHART_STEPS / 2);
    if (i % CHART_STEPS !== 0 && i !== points.length - 1) return [];
    const bar = "█".repeat(Math.max(0, Math.round((CHART_WIDTH * point.loss) / most)));
    return [
      `  ${rateText(point.rate).padStart(7)}  ${point.loss.toPrecision(4).padStart(9)}  ${bar}${near ? " ◀" : ""}`,
    ];
  });
}

/** Goes through the rates and names one. Nothing is written. */
export const runRates = (trainer: Trainer, invocation: Invocation): Promise<number> =>
  withRun(trainer, invocation, (run, create) =>
    withTrainingRows(run, create, async (program, feed) => {
      const rates = program.manifest.rates as NonNullable<Manifest["rates"]>;
      const fill = batchFiller(program, feed, run.args.seed);
      run.reporter.line(`trying ${rates.steps} learning rates from ${rateText(rates.first)} on, a step each`);
      const losses = await lossesOfRates(run, program, fill, rates.steps);
      if (losses === undefined) return run.interrupts.code();
      const points = smoothed(losses).map((loss, i) => ({ rate: rates.first * rates.factor ** i, loss }));
      tellRates(run, points);
      return 0;
    }),
  );

/** Trains a step at each rate, as long as the loss is of use; undefined if it was interrupted. */
async function lossesOfRates(
  { interrupts }: Run,
  program: Program,
  fill: (step: number) => number,
  steps: number,
): Promise<readonly number[] | undefined> {
  const losses: number[] = [];
  let turn = performance.now();
  for (let step = 0; step <= steps; step++) {
    const loss = program.trainStep(fill(step));
    if (!Number.isFinite(loss)) break;
    // What a step says comes before its own update.
    if (step > 0) losses.push(loss);
    const means = smoothed(losses);
    if ((means.at(-1) ?? 0) > FAILED * Math.min(...means)) break;
    if (performance.now() - turn < TURN_MILLISECONDS) continue;
    await giveTurn();
    if (interrupts.signal.aborted) return undefined;
    turn = performance.now();
  }
  return losses;
}

function tellRates({ args, output }: Run, points: readonly RateLoss[]): void {
  const best = bestRate(points);
  if (args.json) {
    output.event("rates", {
      ...(best === undefined ? {} : { rate: Number(best.rate.toPrecision(2)) }),
      rates: points.map(({ rate }) => rate),
      losses: points.map(({ loss }) => loss),
    });
    return;
  }
  output.print("     rate       loss");
  for (const line of rateChart(points, best)) output.print(line);
  output.print(
    best === undefined
      ? "the loss falls at none of these rates: look at the model and the data first, with --overfit-one-batch"
      : `a learning rate near ${rateText(best.rate)} learns fastest here; less is safer in a long training`,
  );
}
