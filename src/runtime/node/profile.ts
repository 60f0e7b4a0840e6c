// Where the time of a training goes: by layer, forwards and backwards, and the share of time that steps wait for their data.

import type { Feed } from "../core/feed.ts";
import type { Program } from "../core/program.ts";
import { safeText, threadsText } from "../core/text.ts";
import { giveTurn } from "../core/turn.ts";
import { batchFiller, withTrainingRows } from "./batches.ts";
import { type Run, withRun } from "./run.ts";
import { saveFile } from "./save.ts";
import type { Invocation, Trainer } from "./trainer.ts";

/** The steps before any is timed: the engine compiles hot functions meanwhile. */
const WARM_STEPS = 20;
/** The time that each of the measurements takes, at least one step. */
const MEASURE_MILLISECONDS = 2000;
const MOST_SHOWN = 40;

interface LayerTime {
  readonly name: string;
  forward: number;
  backward: number;
}

/** How long each measurement takes, and what ends it early. */
interface Measure {
  readonly milliseconds: number;
  readonly stop: AbortSignal;
}

/** Repeats `step`, which gets the number of steps so far; returns milliseconds a step. */
async function timed(step: (done: number) => void, { milliseconds, stop }: Measure): Promise<number> {
  const started = performance.now();
  let done = 0;
  do step(done++);
  while (performance.now() - started < milliseconds && !stop.aborted);
  const each = (performance.now() - started) / done;
  await giveTurn();
  return each;
}

/** Runs the parts one by one, and returns the milliseconds a step by the layer they come from, in order. */
async function layerTimes(program: Program, n: number, measure: Measure): Promise<readonly LayerTime[]> {
  const { parts = [] } = program;
  const layers = new Map<string, LayerTime>();
  const rows = parts.map(({ name }) => {
    const layer = layers.get(name) ?? { name, forward: 0, backward: 0 };
    layers.set(name, layer);
    return layer;
  });
  let steps = 0;
  await timed(() => {
    steps++;
    for (const [i, { forward, run }] of parts.entries()) {
      const before = performance.now();
      run(n);
      const layer = rows[i] as LayerTime;
      layer[forward ? "forward" : "backward"] += performance.now() - before;
    }
  }, measure);
  return [...layers.values()].map(({ name, forward, backward }) => ({
    ...{ name, forward: forward / steps, backward: backward / steps },
  }));
}

const shareText = (share: number): string => `${(100 * share).toFixed(1)} %`;
const timeText = (milliseconds: number): string => (milliseconds === 0 ? "" : milliseconds.toFixed(3));

/** The layers as a table, the most expensive ones of a long list. */
export function profileTable(layers: readonly LayerTime[]): readonly string[] {
  const all = layers.reduce((sum, { forward, backward }) => sum + forward + backward, 0);
  const least =
    [...layers].map(({ forward, backward }) => forward + backward).sort((a, b) => b - a)[MOST_SHOWN - 1] ?? 0;
  const shown = layers.filter(({ forward, backward }) => forward + backward >= least);
  const line = (forward: string, backward: string, share: string, name: string): string =>
    `${forward.padStart(10)}  ${backward.padStart(11)}  ${share.padStart(7)}  ${name}`;
  const sum = (of: (layer: LayerTime) => number): number => layers.reduce((total, layer) => total + of(layer), 0);
  return [
    line("forward ms", "backward ms", "share", "layer"),
    ...shown.map(({ name, forward, backward }) =>
      line(timeText(forward), timeText(backward), shareText((forward + backward) / all), safeText(name)),
    ),
    ...(shown.length < layers.length ? [`  … and ${layers.length - shown.length} smaller ones`] : []),
    line(timeText(sum(({ forward }) => forward)), timeText(sum(({ backward }) => backward)), "", "together"),
  ];
}

/** Measures steps and prints where their time goes, or writes it for a report. */
export const runProfile = (trainer: Trainer, invocation: Invocation): Promise<number> =>
  withRun(trainer, invocation, (run, create) =>
    withTrainingRows(run, create, async (program, feed) => {
      const { args, reporter, interrupts } = run;
      const full = Math.min(feed.count, program.manifest.batch);
      const { profile } = invocation;
      if (profile === undefined) reporter.line(`timing steps of ${full} examples${threadsText(program)}`);
      const measure = { milliseconds: profile?.milliseconds ?? MEASURE_MILLISECONDS, stop: interrupts.signal };
      const facts = await profileFacts(program, full, filledInTurn(program, feed, args.seed), measure);
      if (measure.stop.aborted) return interrupts.code();
      if (profile !== undefined) saveFile(profile.file, new TextEncoder().encode(`${JSON.stringify(facts)}\n`));
      else tellProfile(run, facts);
      return 0;
    }),
  );

interface ProfileFacts {
  readonly samples: number;
  readonly stepMilliseconds: number;
  /** The share of a step in which it waits for its data. */
  readonly waitingForData: number;
  readonly layers: readonly LayerTime[];
}

/** Puts whole batches into the program's columns, one after another. */
function filledInTurn(program: Program, feed: Feed, seed: number): (step: number) => number {
  const fill = batchFiller(program, feed, seed);
  const steps = Math.max(1, Math.floor(feed.count / program.manifest.batch));
  return (step) => fill(step % steps);
}

async function profileFacts(
  program: Program,
  samples: number,
  fill: (step: number) => number,
  measure: Measure,
): Promise<ProfileFacts> {
  fill(0);
  for (let step = 0; step < WARM_STEPS; step++) program.trainStep(samples, () => fill(step + 1));
  // A step that gathers the next batch meanwhile, as in a training, beside one whose batch is there already.
  const whole = await timed((done) => program.trainStep(samples, () => fill(done + 1)), measure);
  const bare = await timed(() => program.trainStep(samples), measure);
  const layers = await layerTimes(program, samples, measure);
  return { samples, stepMilliseconds: whole, waitingForData: Math.max(0, 1 - bare / whole), layers };
}

function tellProfile({ args, output }: Run, facts: ProfileFacts): void {
  if (args.json) {
    output.event("profile", { ...facts });
    return;
  }
  for (const text of profileTable(facts.layers)) output.print(text);
  const [time, waiting] = [facts.stepMilliseconds.toFixed(3), shareText(facts.waitingForData)];
  output.print(`a step takes ${time} ms; ${waiting} of it is waiting for data`);
}
