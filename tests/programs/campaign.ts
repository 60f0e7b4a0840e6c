// Runs many programs by their seeds and sums up the failures: their kinds, the smallest program of each, and the speed.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadTensorFlow } from "../../src/runtime/node/tensorflow.ts";
import { allEngines, type Engine, enginesFor, type Tools } from "./engines.ts";
import { generate } from "./generate.ts";
import { judge, shrinkText } from "./judge.ts";
import { wasmMachine } from "./machine.ts";
import { printProgram } from "./print.ts";
import { type Failure, type Outcome, runProgram, type Trial } from "./run.ts";
import { shrink } from "./shrink.ts";
import { withSlips } from "./slips.ts";
import type { Program } from "./tree.ts";

export async function openTools(): Promise<Tools & { close(): Promise<void> }> {
  const machine = await wasmMachine();
  return { tf: await loadTensorFlow(import.meta.url, "cpu"), machine, close: () => machine.close() };
}

export interface Campaign {
  readonly seed: number;
  readonly count: number;
  /** Ends early after so long. */
  readonly seconds?: number;
  /** Targets, or parts of their names. */
  readonly only?: readonly string[];
  /** Every form of every target. */
  readonly all?: boolean;
  /** Only programs whose text this finds. */
  readonly match?: RegExp;
  readonly shrink?: boolean;
  /** How many texts with slips are tried of each program, 2 by default, and whether these alone are. */
  readonly slips?: number;
  readonly slipsOnly?: boolean;
  /** A folder for the smallest program of each kind. */
  readonly save?: string;
  readonly onProgress?: (summary: Summary) => void;
}
export interface Kind {
  count: number;
  readonly seeds: number[];
  readonly detail: string;
  text: string;
}
export interface Summary {
  tried: number;
  refused: number;
  unfit: number;
  passed: number;
  failed: number;
  /** Texts with slips, and those that are programs all the same. */
  slipped: number;
  accepted: number;
  compared: number;
  widened: number;
  seconds: number;
  readonly kinds: Map<string, Kind>;
  readonly refusals: Map<string, number>;
  readonly widenings: Map<string, number>;
}

/** The program of a seed, which the checker accepts; undefined where none was drawn. */
export function programOf(seed: number): { readonly program: Program; readonly text: string } | undefined {
  const program = generate(seed);
  const text = program && printProgram(program);
  return program === undefined || text === undefined ? undefined : { program, text };
}

export function enginesOf({ only, all }: Pick<Campaign, "only" | "all">, seed: number): readonly Engine[] {
  if (only === undefined || only.length === 0) return all === true ? allEngines : enginesFor(seed);
  const wanted = ({ name }: Engine): boolean => only.some((part) => name.startsWith(part));
  return (all === true ? allEngines : enginesFor(seed)).filter(wanted);
}

/** How many texts with slips are tried of each program. */
export const SLIPS = 2;

const add = (to: Map<string, number>, key: string): void => void to.set(key, (to.get(key) ?? 0) + 1);

export async function runCampaign(campaign: Campaign, tools: Tools): Promise<Summary> {
  const started = performance.now();
  const summary: Summary = {
    tried: 0,
    refused: 0,
    unfit: 0,
    passed: 0,
    failed: 0,
    slipped: 0,
    accepted: 0,
    compared: 0,
    widened: 0,
    seconds: 0,
    kinds: new Map(),
    refusals: new Map(),
    widenings: new Map(),
  };
  for (let seed = campaign.seed; seed < campaign.seed + campaign.count; seed++) {
    summary.seconds = (performance.now() - started) / 1000;
    if (summary.seconds > (campaign.seconds ?? Number.POSITIVE_INFINITY)) break;
    const made = programOf(seed);
    if (made === undefined || campaign.match?.test(made.text) === false) continue;
    const trial = { seed, engines: enginesOf(campaign, seed), tools };
    if (campaign.slipsOnly !== true) {
      const outcome = await runProgram(made.text, trial);
      count(summary, outcome);
      for (const failure of outcome.failures)
        await note(summary, failure, seed, () => smallest(made, failure, trial, campaign));
    }
    await trySlips(made.text, trial, campaign, summary);
    campaign.onProgress?.(summary);
  }
  summary.seconds = (performance.now() - started) / 1000;
  return summary;
}

async function note(summary: Summary, { kind }: Failure, seed: number, first: () => Promise<Kind>): Promise<void> {
  const known = summary.kinds.get(kind);
  if (known === undefined) summary.kinds.set(kind, await first());
  else {
    known.count++;
    known.seeds.push(seed);
  }
}

/** Judges texts with slips of a program's. */
async function trySlips(text: string, trial: Trial, campaign: Campaign, summary: Summary): Promise<void> {
  for (const slip of withSlips(text, trial.seed, campaign.slips ?? SLIPS)) {
    const { result, failure } = await judge(slip, trial);
    summary.slipped++;
    if (result === "accepted") summary.accepted++;
    if (failure === undefined) continue;
    summary.failed++;
    await note(summary, failure, trial.seed, async () => {
      const { kind, what, detail } = failure;
      const shown = campaign.shrink === false ? slip : await shrinkText(slip, what, trial);
      const made: Kind = { count: 1, seeds: [trial.seed], detail, text: shown };
      if (campaign.save !== undefined) save(campaign.save, kind, made);
      return made;
    });
  }
}

/** A kind seen for the first time, with the smallest program that shows it. Only what failed runs again. */
async function smallest(
  { program, text }: NonNullable<ReturnType<typeof programOf>>,
  { kind, what, engine, detail }: Failure,
  trial: Trial,
  campaign: Campaign,
): Promise<Kind> {
  const engines = engine === undefined ? [] : trial.engines.filter(({ name }) => name === engine);
  const isSame = async (candidate: string): Promise<boolean> =>
    (await runProgram(candidate, { ...trial, engines })).failures.some((failure) => failure.what === what);
  const made: Kind = {
    count: 1,
    seeds: [trial.seed],
    detail,
    text: campaign.shrink === false ? text : (await shrink(program, isSame)).text,
  };
  if (campaign.save !== undefined) save(campaign.save, kind, made);
  return made;
}

function count(summary: Summary, outcome: Outcome): void {
  summary.tried++;
  summary[outcome.result]++;
  summary.compared += outcome.compared;
  summary.widened += outcome.widened.length;
  for (const what of outcome.widened) add(summary.widenings, what.replace(/^.*\//, ""));
  if (outcome.refusal !== undefined) add(summary.refusals, outcome.refusal.replace(/'[^']*'/g, "'…'").slice(0, 60));
}

function save(folder: string, kind: string, { text, detail, seeds }: Kind): void {
  mkdirSync(folder, { recursive: true });
  const name = kind.replace(/[^\w]+/g, "-").slice(0, 90);
  writeFileSync(join(folder, `${name}.nn`), `// ${kind}\n// ${detail.split("\n")[0]}\n// seed ${seeds[0]}\n${text}`);
}
