// The command `node train.js`: arguments → data → training → results and saved weights, with exit codes and Ctrl-C. All
// that is the program's own comes in as `createProgram` and `loadSource`.

import { saveWeights } from "../core/api.ts";
import { checkPart, divideData, type LoadSource, type SourceData } from "../core/dataset.ts";
import { RunError } from "../core/error.ts";
import { FormatError } from "../core/formats/formatError.ts";
import { type History, trainProgram } from "../core/loop.ts";
import type { Manifest, Program, ProgramOptions } from "../core/program.ts";
import { countText, metricsRecord, metricsText, threadsText } from "../core/text.ts";
import { parseTrainerArguments, type TrainerArguments } from "./arguments.ts";
import { checkWritable, dataFilesIn, errorCode, reasonOf, saveFile } from "./files.ts";
import { createReporter, type Reporter, silentReporter } from "./progress.ts";

/** What makes a trainer of the runtime. */
export interface Trainer {
  readonly manifest: Manifest;
  readonly createProgram: (options?: ProgramOptions) => Program | Promise<Program>;
  readonly loadSource: LoadSource;
  /** The trainer's own folder: the first where data files are looked for. */
  readonly folder: string;
  /** Arguments, without the names of node and the file. */
  readonly args: readonly string[];
}

/**
 * Runs the command line where the module at `url` (its `import.meta.url`) is the file that Node was started with; does
 * nothing where it was imported, in a worker or in a browser.
 */
export async function runWhenMain(
  url: string,
  manifest: Manifest,
  createProgram: Trainer["createProgram"],
  loadSource: LoadSource,
): Promise<void> {
  if (typeof process === "undefined" || !process.versions?.node || process.argv[1] === undefined) return;
  const { realpathSync } = await import("node:fs");
  const { dirname } = await import("node:path");
  const { fileURLToPath } = await import("node:url");
  const { isMainThread } = await import("node:worker_threads");
  if (!isMainThread || !url.startsWith("file:")) return;
  const path = fileURLToPath(url);
  try {
    if (realpathSync(process.argv[1]) !== realpathSync(path)) return;
  } catch {
    // `node -e` and the like: what was started is no file, so it is not this one.
    return;
  }
  process.exitCode = await runTrainer({
    manifest,
    createProgram,
    loadSource,
    folder: dirname(path),
    args: process.argv.slice(2),
  });
}

/** Runs a trainer's command line; returns the exit code: 0, 2 wrong usage, 3 failed while running, 130 interrupted. */
export async function runTrainer(trainer: Trainer): Promise<number> {
  const output = openOutput();
  try {
    const { manifest } = trainer;
    const parsed = await parseTrainerArguments(trainer.args, manifest);
    if ("help" in parsed) {
      output.print(parsed.help);
      return 0;
    }
    if ("wrong" in parsed) {
      process.stderr.write(`error: ${parsed.wrong} (see --help)\n`);
      return 2;
    }
    const { threads, revectorize, backend } = parsed.run;
    // Made before the data is read: other threads arrive meanwhile.
    const program = await trainer.createProgram({
      ...(manifest.threads ? { threads: threads ?? (await coreCount()), revectorize } : {}),
      ...(backend === undefined ? {} : { backend }),
    });
    try {
      return await trainAndReport(trainer, program, parsed.run, output);
    } finally {
      program.close();
    }
  } catch (error) {
    process.stderr.write(`error: ${messageOf(error)}\n`);
    return 3;
  }
}

/** How many threads the machine runs at once. */
const coreCount = async (): Promise<number> => (await import("node:os")).availableParallelism();

async function trainAndReport(
  trainer: Trainer,
  program: Program,
  args: TrainerArguments,
  output: Output,
): Promise<number> {
  const { manifest } = program;
  const names = manifest.metrics;
  const { stderr } = process;
  const reporter = args.quiet
    ? silentReporter
    : createReporter(
        {
          terminal: stderr.isTTY === true && process.env.TERM !== "dumb",
          color: !process.env.NO_COLOR,
          width: () => stderr.columns || 80,
          write: (text) => stderr.write(text),
        },
        names,
      );
  const event = (kind: string, fields: Readonly<Record<string, unknown>>): void => {
    if (args.json) output.print(JSON.stringify({ event: kind, ...fields }));
  };
  const stop = new AbortController();
  const removeInterrupt = onInterrupt(stop, reporter);
  try {
    if (args.save !== undefined) await checkWritable(args.save);
    const source = await loadData(trainer, program, args, stop.signal);
    if (source === undefined) {
      reporter.line("interrupted before training began");
      event("interrupted", { epoch: 0, step: 0 });
      return 130;
    }
    const data = divideData(source, manifest.split, args.seed, args.limit);
    const counts = {
      train: data.train.rows.length,
      validation: data.validation?.rows.length ?? 0,
      test: data.test?.rows.length ?? 0,
    };
    program.initialize(args.seed);
    reporter.line(
      `training ${manifest.model} on ${manifest.dataset}: ${countText(counts.train)} ${counts.train === 1 ? "example" : "examples"}` +
        (counts.validation > 0 ? `, ${countText(counts.validation)} for validation` : "") +
        (counts.test > 0 ? `, ${countText(counts.test)} for testing` : "") +
        `; ${countText(manifest.parameters)} parameters, batch ${manifest.batch}, seed ${args.seed}` +
        threadsText(program),
    );
    const { file, model, dataset, target, batch, parameters, strictMath } = manifest;
    const { memoryBytes, threads, variant } = program;
    event("start", {
      ...{ file, model, dataset, target, threads, ...(variant === undefined ? {} : { variant }), strictMath },
      ...{ batch, parameters, memoryBytes },
      ...{ epochs: args.epochs, seed: args.seed, examples: counts },
    });
    const history = await trainProgram(
      program,
      data,
      { epochs: args.epochs, seed: args.seed, signal: stop.signal },
      {
        onProgress: (progress) => {
          reporter.progress(progress);
          if (output.closed() && args.save === undefined) stop.abort();
        },
        onEpoch: (result) => {
          reporter.epoch(result);
          const { epoch, epochs, steps, seconds, samplesPerSecond, metrics, validation } = result;
          event("epoch", {
            ...{ epoch, epochs, steps, seconds, samplesPerSecond, metrics: metricsRecord(names, metrics) },
            ...(validation === undefined ? {} : { validation: metricsRecord(names, validation) }),
          });
        },
      },
    );
    reporter.clear();
    const { interrupted } = history;
    // Nobody reads the results any more: no failure, as with `train.js | head`.
    if (interrupted !== undefined && output.closed() && args.save === undefined) return 0;
    if (interrupted !== undefined) {
      reporter.line(`interrupted in epoch ${interrupted.epoch}, after step ${interrupted.step}`);
      event("interrupted", interrupted);
    }
    if (args.save !== undefined) {
      await saveFile(args.save, saveWeights(program));
      event("saved", { file: args.save });
      if (!args.json) output.print(`weights saved to ${args.save}`);
    }
    if (interrupted !== undefined) return 130;
    reportResult(history, names, args.json ? event : undefined, output);
    return 0;
  } catch (error) {
    reporter.clear();
    event("error", { message: messageOf(error) });
    throw error;
  } finally {
    removeInterrupt();
  }
}

/** The last line: of the test rows, or where there are none of the validation rows, or of training. */
function reportResult(
  history: History,
  names: readonly string[],
  event: ((kind: string, fields: Readonly<Record<string, unknown>>) => void) | undefined,
  output: Output,
): void {
  const last = history.epochs.at(-1);
  if (event !== undefined) {
    if (history.test !== undefined) event("test", { metrics: metricsRecord(names, history.test) });
    return;
  }
  if (history.test !== undefined) output.print(`test ${metricsText(names, history.test)}`);
  else if (last?.validation !== undefined) output.print(`validation ${metricsText(names, last.validation)}`);
  else if (last !== undefined) output.print(`training ${metricsText(names, last.metrics)}`);
}

/** The source's data, checked; undefined where it was interrupted. */
async function loadData(
  trainer: Trainer,
  program: Program,
  args: TrainerArguments,
  signal: AbortSignal,
): Promise<SourceData | undefined> {
  const { source, columns } = program.manifest;
  const files = await dataFilesIn({ folder: trainer.folder, data: args.data, source: source.name });
  try {
    const data = await trainer.loadSource(
      { name: source.name, options: source.options, columns, seed: args.seed, signal },
      files,
    );
    if (signal.aborted) return undefined;
    checkPart(data.train, columns, `${source.name}()`);
    if (data.test !== undefined) checkPart(data.test, columns, `${source.name}(), test part`);
    return data;
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

/** What follows an interrupt so soon is the same one: sent to a group of processes, and passed on by one of them. */
const sameInterruptMilliseconds = 500;

/** The first Ctrl-C stops training before its next step, the second ends the process at once. Returns how to undo it. */
function onInterrupt(stop: AbortController, reporter: Reporter): () => void {
  let first = 0;
  const handler = (): void => {
    const now = performance.now();
    if (stop.signal.aborted && now - first < sameInterruptMilliseconds) return;
    reporter.clear();
    if (stop.signal.aborted) process.exit(130);
    first = now;
    stop.abort();
  };
  process.on("SIGINT", handler);
  return () => process.off("SIGINT", handler);
}

interface Output {
  /** A line on stdout. */
  print(line: string): void;
  /** Whether nobody reads stdout any more. */
  closed(): boolean;
}

/** Standard output, which may be closed by its reader at any time, and standard error, where that does not matter. */
function openOutput(): Output {
  let closed = false;
  process.stdout.on("error", (error) => {
    closed = true;
    if (errorCode(error) !== "EPIPE") {
      process.stderr.write(`error: cannot write results: ${reasonOf(error)}\n`);
      process.exitCode = 3;
    }
  });
  process.stderr.on("error", () => {});
  return {
    print(line) {
      if (!closed) process.stdout.write(`${line}\n`);
    },
    closed: () => closed,
  };
}

/** One message for a person, whatever went wrong; never a stack trace. */
function messageOf(error: unknown): string {
  if (error instanceof RunError || error instanceof FormatError) return error.message;
  if (error instanceof RangeError && /allocat|array length|array buffer/i.test(error.message)) {
    return `there is not enough memory (${error.message})`;
  }
  return `${reasonOf(error)} (an unexpected error; please report it with the program)`;
}
