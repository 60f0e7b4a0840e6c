// The command line of a trainer: arguments → data → training → results and saved weights, with exit codes and Ctrl-C. A
// Trainer holds everything that is the program's own.

import { loadWeights, saveWeights } from "../core/api.ts";
import { checkPart, type Dataset, divideData, type SourceData } from "../core/dataset.ts";
import { asLearned, encodeDataset, type Learned, learnColumns } from "../core/encode.ts";
import { DamageError } from "../core/guard.ts";
import { evaluateProgram, type History, type TrainEvents, trainProgram } from "../core/loop.ts";
import type { Manifest, Program } from "../core/program.ts";
import { countText, metricsRecord, metricsText, safeText, tablesText, threadsText } from "../core/text.ts";
import { learnedIn } from "../core/weightsFile.ts";
import { parseTrainerArguments, type TrainerArguments } from "./arguments.ts";
import { damageReport } from "./damage.ts";
import { dataFilesIn } from "./files.ts";
import { hearInterrupts, type Interrupts } from "./interrupt.ts";
import { type CheckpointKeeper, checkpointKeeper } from "./keeper.ts";
import { epochRecord, type RunLog, runLog } from "./log.ts";
import { messageOf, type Output, openOutput, tell } from "./output.ts";
import { createReporter, type Reporter, silentReporter } from "./progress.ts";
import { SaveError, saveFile, saveTarget } from "./save.ts";
import type { Invocation, Trainer } from "./trainer.ts";
import { readWeightsFile } from "./weights.ts";

/** The parts of one run, and its listeners. */
interface Run {
  readonly trainer: Trainer;
  readonly invocation: Invocation;
  readonly args: TrainerArguments;
  readonly output: Output;
  readonly reporter: Reporter;
  readonly interrupts: Interrupts;
}

/** Runs a trainer's command line; returns the exit code: 0, 2 wrong usage, 3 failure while running, 128 + n for a signal. */
export async function runTrainer(trainer: Trainer, invocation: Invocation): Promise<number> {
  if (trainer.run !== undefined) return trainer.run(trainer, invocation);
  const output = openOutput();
  const parsed = parseTrainerArguments(invocation.args, trainer.manifest);
  if ("help" in parsed) {
    output.print(parsed.help);
    return 0;
  }
  if ("wrong" in parsed) {
    tell(`error: ${parsed.wrong} (see --help)`);
    return 2;
  }
  const args = parsed.run;
  const reporter = args.quiet ? silentReporter : openReporter(trainer.manifest.metrics);
  const interrupts = hearInterrupts(() => reporter.clear());
  const run: Run = { trainer, invocation, args, output, reporter, interrupts };
  try {
    const code = await compute(run);
    // A full disk reports its error only after the call.
    await new Promise((resolve) => setImmediate(resolve));
    return code === 0 && output.failed() ? 3 : code;
  } catch (error) {
    reporter.clear();
    const message = messageOf(error);
    if (args.json) output.event("error", { message });
    tell(`error: ${message}`);
    return error instanceof SaveError ? 2 : 3;
  } finally {
    interrupts.remove();
  }
}

function openReporter(names: readonly string[]): Reporter {
  const { stderr } = process;
  const screen = {
    terminal: stderr.isTTY === true && process.env.TERM !== "dumb",
    color: !process.env.NO_COLOR,
    width: () => stderr.columns || 80,
    write: (text: string) => stderr.write(text),
  };
  return createReporter(screen, names);
}

/** Returns the path for the weights, or a SaveError if they cannot go there. `data` lists the data files that were read. */
function targetOf({ args, invocation }: Run, data: readonly string[] = []): string | undefined {
  const { save: path, force } = args;
  if (path === undefined) return undefined;
  return saveTarget({ path, force, inputs: [...invocation.inputs, ...data] });
}

/** Makes the program and trains it. */
async function compute(run: Run): Promise<number> {
  const { trainer, args } = run;
  targetOf(run);
  const { threads, revectorize, backend } = args;
  // Made before the data is read, so that other threads arrive meanwhile.
  const program = await trainer.createProgram({
    ...(trainer.manifest.threads
      ? { threads: threads ?? process.getBuiltinModule("node:os").availableParallelism(), revectorize }
      : {}),
    ...(backend === undefined ? {} : { backend }),
  });
  try {
    return await trainAndReport(run, program);
  } finally {
    program.close();
  }
}

async function trainAndReport(run: Run, program: Program): Promise<number> {
  const { args, output, reporter, interrupts } = run;
  const { manifest } = program;
  const paths: string[] = [];
  const source = await loadData(run, program, (path) => paths.push(path));
  const target = targetOf(run, paths);
  if (source === undefined) {
    reporter.line("interrupted before training began");
    if (args.json) output.event("interrupted", { epoch: 0, step: 0 });
    return interrupts.code();
  }
  const { encoders = {}, mark = "" } = run.trainer;
  const divided = divideData(source, manifest.split, args.seed, args.limit);
  if (args.evaluate !== undefined) return evaluateWeights(run, program, divided, args.evaluate);
  const circumstances = { program: `${mark} ${program.variant ?? ""}`.trim(), ...setting(args, divided) };
  const keeper = checkpointKeeper(args, circumstances);
  const before = keeper?.read();
  const { about, keep } = run.invocation;
  const inputs = [...run.invocation.inputs, ...paths];
  const log = runLog(args, { program, circumstances, inputs, ...(about === undefined ? {} : { about }) });
  const learned = before?.learned ?? learnColumns(divided.train, manifest.columns, encoders);
  const data = encodeDataset(divided, manifest.columns, encoders, learned);
  program.initialize(args.seed);
  before?.restore(program);
  reportDropped(run, source);
  reportStart(run, program, data);
  if (before !== undefined) reporter.line(`going on from epoch ${before.state.epoch}, step ${before.state.step}`);
  const { signal } = interrupts;
  const { epochs, seed, maxSteps, maxSeconds } = args;
  const options = {
    ...{ epochs, seed, signal },
    ...(maxSteps === undefined ? {} : { maxSteps }),
    ...(maxSeconds === undefined ? {} : { maxSeconds }),
    ...(before === undefined ? {} : { from: before.state }),
  };
  log?.begin(before?.state.done ?? []);
  const kept = { keeper, log, target, learned };
  const events = { ...eventsOf(run, manifest, log), ...keepingEvents(program, kept) };
  const history = await trainProgram(program, data, options, events).catch((error: unknown) => {
    if (!(error instanceof DamageError)) throw error;
    reporter.clear();
    throw damageReport(error, data, keepGood(run, program, error, kept));
  });
  reporter.clear();
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
  return interrupted === undefined ? 0 : interrupts.code();
}

/** What a run keeps of its training. */
interface Kept {
  readonly keeper: CheckpointKeeper | undefined;
  readonly log: RunLog | undefined;
  readonly target: string | undefined;
  readonly learned: Learned;
}

const keepingEvents = (program: Program, { keeper, learned }: Kept): TrainEvents =>
  keeper === undefined
    ? {}
    : { onState: (state) => keeper.save(program, state, learned), wantsState: () => keeper.due() };

/** Keeps the state before the damage wherever the run keeps one; returns the names of those places. */
function keepGood(run: Run, program: Program, error: DamageError, kept: Kept): readonly string[] {
  const { args, output } = run;
  const { keeper, log, target, learned } = kept;
  const { state, batch } = error;
  const places: string[] = [];
  if (keeper !== undefined) {
    if (state !== undefined) keeper.save(program, state, learned);
    places.push(`${args.checkpoint ?? ""} (--checkpoint)`);
  }
  if (target !== undefined) {
    saveFile(target, saveWeights(program, learned));
    if (args.json) output.event("saved", { file: args.save });
    places.push(`${args.save ?? target} (--save)`);
  }
  const damaged = batch === undefined ? {} : { damaged: { epoch: batch.epoch, step: batch.damage.step } };
  log?.end({ epochs: state?.done ?? [], ...damaged });
  return places;
}

function saveTrained({ args, output }: Run, target: string, bytes: Uint8Array): void {
  saveFile(target, bytes);
  if (args.json) output.event("saved", { file: args.save });
  else output.print(`weights saved to ${safeText(args.save ?? target)}`);
}

/** Loads trained weights and reports the results on the test rows; on those of validation, or on all, where there are none. */
async function evaluateWeights(run: Run, program: Program, data: Dataset, path: string): Promise<number> {
  const { trainer, args, output, reporter, interrupts } = run;
  const { encoders = {}, manifest } = trainer;
  const bytes = readWeightsFile(path);
  const learned = learnedIn(bytes, path);
  program.initialize(args.seed);
  loadWeights(program, bytes, path);
  const { made = {} } = data.train.part;
  const columns = manifest.columns.map((info) => {
    const from = made[info.name];
    return from === undefined ? info : { ...info, from };
  });
  asLearned(columns, learned, path);
  const part = data.test !== undefined ? "test" : data.validation !== undefined ? "validation" : "train";
  const rows = encodeDataset({ train: data[part] ?? data.train }, manifest.columns, encoders, learned).train;
  reporter.line(
    `evaluating ${manifest.model} on ${manifest.dataset}: ${countText(rows.rows.length)} examples (${part})`,
  );
  const values = await evaluateProgram(program, rows, interrupts.signal);
  reporter.clear();
  if (values === undefined) return interrupts.code();
  if (args.json) output.event("evaluation", { part, metrics: metricsRecord(manifest.metrics, values) });
  else {
    output.print(`${part} ${metricsText(manifest.metrics, values)}`);
    for (const text of tablesText(manifest.metrics, values)) output.print(text);
  }
  return 0;
}

/** What a checkpoint says of its training beside the program. */
const setting = ({ seed, epochs }: TrainerArguments, { train, validation, test }: Dataset) => ({
  ...{ seed, epochs },
  examples: { train: train.rows.length, validation: validation?.rows.length ?? 0, test: test?.rows.length ?? 0 },
});

function reportDropped({ reporter }: Run, { train, test }: SourceData): void {
  const dropped = (train.dropped ?? 0) + (test?.dropped ?? 0);
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
function reportStart({ args, output, reporter }: Run, program: Program, data: Dataset): void {
  const { manifest, memoryBytes, threads, variant } = program;
  const counts = {
    train: data.train.rows.length,
    validation: data.validation?.rows.length ?? 0,
    test: data.test?.rows.length ?? 0,
  };
  reporter.line(
    `training ${manifest.model} on ${manifest.dataset}: ${countText(counts.train)} ${counts.train === 1 ? "example" : "examples"}` +
      (counts.validation > 0 ? `, ${countText(counts.validation)} for validation` : "") +
      (counts.test > 0 ? `, ${countText(counts.test)} for testing` : "") +
      `; ${countText(manifest.parameters)} parameters, batch ${manifest.batch}, seed ${args.seed}` +
      threadsText(program),
  );
  if (!args.json) return;
  const { file, model, dataset, target, batch, parameters, strictMath } = manifest;
  output.event("start", {
    ...{ file, model, dataset, target, threads, ...(variant === undefined ? {} : { variant }), strictMath },
    ...{ batch, parameters, memoryBytes },
    ...{ epochs: args.epochs, seed: args.seed, examples: counts },
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
  const last = history.epochs.at(-1);
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

/** Loads and checks the source's data; undefined if it was interrupted. `found` hears each path that was read. */
async function loadData(
  { trainer, invocation: { folder }, args, interrupts: { signal } }: Run,
  program: Program,
  found: (path: string) => void,
): Promise<SourceData | undefined> {
  const { source, columns, split } = program.manifest;
  const places = { ...(folder === undefined ? {} : { folder }), data: args.data, source: source.name };
  const files = dataFilesIn(places, found);
  try {
    const data = await trainer.loadSource(
      {
        ...{ name: source.name, options: source.options, columns, seed: args.seed, signal },
        ...(split.column === undefined ? {} : { key: split.column }),
      },
      files,
    );
    // Gives signals that came during the reading of a file their turn.
    await new Promise((resolve) => setTimeout(resolve, 0));
    if (signal.aborted) return undefined;
    const numbers = columns.filter(({ encoder }) => encoder === undefined);
    checkPart(data.train, numbers, `${source.name}()`);
    if (data.test !== undefined) checkPart(data.test, numbers, `${source.name}(), test part`);
    return data;
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}
