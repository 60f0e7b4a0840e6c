// One run of a trainer's command line: its arguments, data and program, what it says, and how it ends.

import { checkPart, type RowStore, type SourceData } from "../core/dataset.ts";
import { isStored } from "../core/divided.ts";
import type { Program } from "../core/program.ts";
import { parseTrainerArguments, type TrainerArguments } from "./arguments.ts";
import { dataFilesIn } from "./files.ts";
import { hearInterrupts, type Interrupts } from "./interrupt.ts";
import { messageOf, type Output, openOutput, tell } from "./output.ts";
import { createReporter, type Reporter, silentReporter } from "./progress.ts";
import { SaveError } from "./save.ts";
import type { Invocation, Trainer } from "./trainer.ts";

/** The parts of one run, and its listeners. */
export interface Run {
  readonly trainer: Trainer;
  readonly invocation: Invocation;
  readonly args: TrainerArguments;
  readonly output: Output;
  readonly reporter: Reporter;
  readonly interrupts: Interrupts;
}

/**
 * Reads the command line and does the work; returns its exit code, 2 for wrong usage, 3 for a failure. `work` makes the program when
 * it wants it, and before it reads the data: other threads arrive meanwhile.
 */
export async function withRun(
  trainer: Trainer,
  invocation: Invocation,
  work: (run: Run, program: () => Promise<Program>) => Promise<number>,
): Promise<number> {
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
  let made: Program | undefined;
  try {
    const code = await work(run, async () => {
      made = await createdProgram(run);
      return made;
    });
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
    made?.close();
    interrupts.remove();
  }
}

async function createdProgram({ trainer, args }: Run): Promise<Program> {
  const { threads, revectorize, backend } = args;
  return trainer.createProgram({
    ...(trainer.manifest.threads
      ? { threads: threads ?? process.getBuiltinModule("node:os").availableParallelism(), revectorize }
      : {}),
    ...(backend === undefined ? {} : { backend }),
  });
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

/**
 * Loads and checks the source's data; undefined if it was interrupted. `found` hears each path that was read. Rows that take more
 * memory than they may go to the store, if there is one.
 */
export async function loadData(
  { trainer, invocation: { folder }, args, interrupts: { signal } }: Run,
  program: Program,
  found: (path: string) => void,
  store?: RowStore,
): Promise<SourceData | undefined> {
  const { source, columns, split } = program.manifest;
  const places = { ...(folder === undefined ? {} : { folder }), data: args.data, source: source.name };
  const files = dataFilesIn(places, found);
  try {
    const data = await trainer.loadSource(
      {
        ...{ name: source.name, options: source.options, columns, seed: args.seed, signal },
        ...(split.column === undefined ? {} : { key: split.column }),
        ...(store === undefined ? {} : { store }),
      },
      files,
    );
    // Gives signals that came during the reading of a file their turn.
    await new Promise((resolve) => setTimeout(resolve, 0));
    if (signal.aborted) return undefined;
    if (isStored(data)) return data;
    const numbers = columns.filter(({ encoder }) => encoder === undefined);
    checkPart(data.train, numbers, `${source.name}()`);
    if (data.test !== undefined) checkPart(data.test, numbers, `${source.name}(), test part`);
    return data;
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}
