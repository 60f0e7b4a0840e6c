// The command line of a trainer: arguments → data → training → results and saved weights, with exit codes and Ctrl-C. A
// Trainer holds everything that is the program's own.

import { saveWeights } from "../core/api.ts";
import type { Circumstances } from "../core/checkpoint.ts";
import type { RowStore } from "../core/dataset.ts";
import { type DividedData, dividedData } from "../core/divided.ts";
import type { Learned } from "../core/encode.ts";
import { RunError } from "../core/error.ts";
import { DamageError } from "../core/guard.ts";
import { type History, type TrainEvents, type TrainOptions, trainProgram } from "../core/loop.ts";
import type { Manifest, Program } from "../core/program.ts";
import { countText, metricsRecord, metricsText, safeText, tablesText, threadsText } from "../core/text.ts";
import type { TrainerArguments } from "./arguments.ts";
import { reportPiecewise } from "./batches.ts";
import { beginningOf } from "./begin.ts";
import { rowStoreOf } from "./blockFile.ts";
import { type DamageSaid, damageSaid, damageText, writeDamaged } from "./damage.ts";
import { evaluateWeights } from "./evaluate.ts";
import { type CheckpointKeeper, checkpointKeeper } from "./keeper.ts";
import { epochRecord, type RunLog, runLog } from "./log.ts";
import { loadData, type Run, withRun } from "./run.ts";
import { saveFile, saveOrRescue, saveTarget } from "./save.ts";
import { allLogs, tensorboardLog } from "./tensorboard.ts";
import type { Invocation, Trainer } from "./trainer.ts";

/** Runs a trainer's command line; returns the exit code: 0, 2 wrong usage, 3 failure while running, 128 + n for a signal. */
export async function runTrainer(trainer: Trainer, invocation: Invocation): Promise<number> {
  if (trainer.run !== undefined) return trainer.run(trainer, invocation);
  return withRun(trainer, invocation, async (run, program) => {
    targetOf(run);
    const { store, close } = rowStoreOf(run.args.memory, trainer.manifest);
    try {
      return await trainAndReport(run, await program(), store);
    } finally {
      close();
    }
  });
}

/** Returns the path for the weights, or a SaveError if they cannot go there. `data` lists the data files that were read. */
function targetOf({ args, invocation }: Run, data: readonly string[] = []): string | undefined {
  const { save: path, force } = args;
  if (path === undefined) return undefined;
  return saveTarget({ path, force, inputs: [...invocation.inputs, ...data] });
}

async function trainAndReport(run: Run, program: Program, store: RowStore): Promise<number> {
  const { args, output, reporter, interrupts } = run;
  const { manifest } = program;
  const paths: string[] = [];
  const begin = await beginningOf(run, program, (path) => paths.push(path));
  const source = await loadData(run, program, (path) => paths.push(path), store);
  const target = targetOf(run, paths);
  if (source === undefined) {
    reporter.line("interrupted before training began");
    if (args.json) output.event("interrupted", { epoch: 0, step: 0 });
    return interrupts.code();
  }
  const { encoders = {}, mark = "" } = run.trainer;
  const divided = dividedData(source, { manifest, encoders, seed: args.seed, limit: args.limit });
  if (args.evaluate !== undefined) return evaluateWeights(run, program, divided, args.evaluate);
  const circumstances = { program: `${mark} ${program.variant ?? ""}`.trim(), ...setting(args, divided) };
  const keeper = checkpointKeeper(args, circumstances);
  const before = keeper?.read();
  const { about, keep, facts } = run.invocation;
  const inputs = [...run.invocation.inputs, ...paths];
  const logged = { program, circumstances, inputs, order: divided.order, ...(about === undefined ? {} : { about }) };
  const log = allLogs(runLog(args, logged), tensorboardLog(args, logged));
  const { feeds: data, learned } = divided.prepare(before?.learned, begin.adapt);
  begin.initialize();
  before?.restore(program);
  reportDropped(run, divided);
  reportStart(run, program, divided);
  if (before === undefined) begin.report();
  if (before !== undefined) reporter.line(`going on from epoch ${before.state.epoch}, step ${before.state.step}`);
  const options = { ...trainOptions(run), ...(before === undefined ? {} : { from: before.state }) };
  log?.begin(before?.state.done ?? []);
  const kept = { keeper, log, target, learned };
  const events = { ...eventsOf(run, manifest, log), ...keepingEvents(run, program, kept) };
  const history = await trainProgram(program, data, options, events).catch((error: unknown) => {
    if (!(error instanceof DamageError)) throw error;
    reporter.clear();
    leaveDamage(run, program, error, damageSaid(error, data, keepGood(run, program, error, kept)));
    return undefined;
  });
  reporter.clear();
  // Another program finds the layer, and says what happened.
  if (history === undefined) return 3;
  const { interrupted } = history;
  // Nobody reads the results any more, as with `train.js | head`. That is no failure.
  if (interrupted !== undefined && interrupts.code() === 0) return 0;
  if (interrupted !== undefined) {
    reporter.line(`interrupted in epoch ${interrupted.epoch}, after step ${interrupted.step}`);
    if (args.json) output.event("interrupted", interrupted);
  }
  reportEnding(run, history);
  if (target !== undefined) saveTrained(run, target, saveWeights(program, learned));
  if (keep !== undefined) saveFile(keep, saveWeights(program, learned));
  if (interrupted === undefined) reportResult(run, history, manifest);
  log?.end(history);
  if (facts !== undefined && interrupted === undefined) saveFile(facts, factsOf(program, circumstances, paths));
  const lost = keeper?.failed();
  if (lost !== undefined) throw lost;
  return interrupted === undefined ? 0 : interrupts.code();
}

export const trainOptions = ({ args, interrupts: { signal } }: Run): TrainOptions => ({
  ...{ epochs: args.epochs, seed: args.seed, signal },
  ...(args.maxSteps === undefined ? {} : { maxSteps: args.maxSteps }),
  ...(args.maxSeconds === undefined ? {} : { maxSeconds: args.maxSeconds }),
});

/** Throws what is said, or leaves the step for another program, which finds the layer and says it. */
function leaveDamage({ invocation }: Run, program: Program, error: DamageError, said: DamageSaid): void {
  const { damage } = invocation;
  if (damage === undefined || error.batch === undefined) throw new RunError(damageText(said));
  saveFile(damage, writeDamaged(program, said));
}

/** What a receipt needs to know of a run: what it depends on, and the paths of its data. */
function factsOf({ threads, variant }: Program, circumstances: Circumstances, data: readonly string[]): Uint8Array {
  const { program: _, ...setting } = circumstances;
  return new TextEncoder().encode(JSON.stringify({ ...setting, threads, variant, data }));
}

/** What a run keeps of its training. */
interface Kept {
  readonly keeper: CheckpointKeeper | undefined;
  readonly log: RunLog | undefined;
  readonly target: string | undefined;
  readonly learned: Learned;
}

/** Keeps states. Where that fails, it says so once; the training goes on, and the next state is tried again. */
function keepingEvents({ reporter }: Run, program: Program, { keeper, learned }: Kept): TrainEvents {
  if (keeper === undefined) return {};
  return {
    onState(state) {
      const problem = keeper.save(program, state, learned);
      if (problem !== undefined) reporter.line(`warning: ${problem.message}; the training goes on, and tries again`);
    },
    wantsState: () => keeper.due(),
  };
}

/** Keeps the state before the damage wherever the run keeps one; returns the names of those places. */
function keepGood(run: Run, program: Program, error: DamageError, kept: Kept): readonly string[] {
  const { args, output } = run;
  const { keeper, log, target, learned } = kept;
  const { state, batch } = error;
  const places: string[] = [];
  if (keeper !== undefined) {
    if (state !== undefined) keeper.save(program, state, learned);
    if (keeper.failed() === undefined) places.push(`${args.checkpoint ?? ""} (--checkpoint)`);
  }
  if (target !== undefined) {
    saveOrRescue(target, saveWeights(program, learned));
    if (args.json) output.event("saved", { file: args.save });
    places.push(`${args.save ?? target} (--save)`);
  }
  const damaged = batch === undefined ? {} : { damaged: { epoch: batch.epoch, step: batch.damage.step } };
  log?.end({ epochs: state?.done ?? [], ...damaged });
  return places;
}

function saveTrained({ args, output }: Run, target: string, bytes: Uint8Array): void {
  saveOrRescue(target, bytes);
  if (args.json) output.event("saved", { file: args.save });
  else output.print(`weights saved to ${safeText(args.save ?? target)}`);
}

/** What a checkpoint says of its training beside the program. */
const setting = ({ seed, epochs }: TrainerArguments, { examples, memory }: DividedData) => ({
  ...{ seed, epochs, examples },
  // The order of rows in a file depends on how many of them memory holds.
  ...(memory === undefined ? {} : { memory }),
});

function reportDropped({ reporter }: Run, { dropped }: DividedData): void {
  if (dropped > 0)
    reporter.line(`left out ${countText(dropped)} ${dropped === 1 ? "row" : "rows"}, as the program says`);
}

/** Says why a training ended early, and whose weights it ends with. */
function reportEnding({ args, output, reporter }: Run, { spent, stopped, restored }: History): void {
  if (spent !== undefined) {
    const budget = spent.budget === "steps" ? `${args.maxSteps} steps` : `${args.maxSeconds} s`;
    reporter.line(`the budget of ${budget} is spent: ended in epoch ${spent.epoch}, after step ${spent.step}`);
  }
  if (stopped !== undefined) reporter.line(`stopped after epoch ${stopped}: no better result`);
  if (restored !== undefined) reporter.line(`the weights are those of epoch ${restored}, the best one`);
  if (args.json && (spent !== undefined || stopped !== undefined || restored !== undefined))
    output.event("ending", {
      ...(spent === undefined ? {} : { spent }),
      ...(stopped === undefined ? {} : { stopped }),
      ...(restored === undefined ? {} : { restored }),
    });
}

/** Prints the first line, or the first event. */
function reportStart(
  { args, output, reporter }: Run,
  program: Program,
  { examples: counts, order }: DividedData,
): void {
  const { manifest, memoryBytes, threads, variant } = program;
  reporter.line(
    `training ${manifest.model} on ${manifest.dataset}: ${countText(counts.train)} ${counts.train === 1 ? "example" : "examples"}` +
      (counts.validation > 0 ? `, ${countText(counts.validation)} for validation` : "") +
      (counts.test > 0 ? `, ${countText(counts.test)} for testing` : "") +
      `; ${countText(manifest.parameters)} parameters, batch ${manifest.batch}, seed ${args.seed}` +
      threadsText(program),
  );
  reportPiecewise({ reporter, args }, order);
  if (!args.json) return;
  const { file, model, dataset, target, batch, parameters, strictMath } = manifest;
  output.event("start", {
    ...{ file, model, dataset, target, threads, ...(variant === undefined ? {} : { variant }), strictMath },
    ...{ batch, parameters, memoryBytes },
    ...{ epochs: args.epochs, seed: args.seed, examples: counts, order },
  });
}

/** News of the training, for people and for programs. */
const eventsOf = (
  { args, output, reporter, interrupts }: Run,
  { metrics: names }: Manifest,
  log: RunLog | undefined,
): TrainEvents => ({
  onProgress(progress) {
    reporter.progress(progress);
    if (output.closed() && args.save === undefined) interrupts.stop();
  },
  onEpoch(result) {
    reporter.epoch(result);
    if (args.json) output.event("epoch", epochRecord(names, result));
    log?.epoch(result);
  },
});

/** Prints the last line, for the test rows, else for the validation rows, else for training. */
function reportResult({ args, output }: Run, history: History, { metrics: names }: Manifest): void {
  // The weights it ends with are not those of the last epoch, where the best ones are restored.
  const last = history.epochs.find(({ epoch }) => epoch === history.restored) ?? history.epochs.at(-1);
  if (args.json) {
    if (history.test !== undefined) output.event("test", { metrics: metricsRecord(names, history.test) });
    return;
  }
  const [part, values] =
    history.test !== undefined
      ? ["test", history.test]
      : last?.validation !== undefined
        ? ["validation", last.validation]
        : ["training", last?.metrics];
  if (values === undefined) return;
  output.print(`${part} ${metricsText(names, values)}`);
  for (const text of tablesText(names, values)) output.print(text);
}
