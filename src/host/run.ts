// Runs a compiled trainer as a child process, from a folder that it removes once the trainer runs. Knows the meaning of
// signals and exit codes; the trainer's output goes straight to the terminal.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { constants, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Outcome, ok, problem, systemReason } from "./outcome.ts";
import { writeFolder } from "./write.ts";

/** Makes an empty folder for one run, and a function that removes it. */
export function temporaryFolder(): Outcome<{ readonly path: string; remove(): void }> {
  try {
    const path = mkdtempSync(join(tmpdir(), "nnc-"));
    return ok({ path, remove: () => rmSync(path, { recursive: true, force: true }) });
  } catch (error) {
    return problem(`cannot make a folder in ${tmpdir()}: ${systemReason(error)}`);
  }
}

/** Returns the environment of a trainer, which also finds TensorFlow.js among nnc's own packages. */
function environment(): NodeJS.ProcessEnv {
  const own = createRequire(import.meta.url).resolve.paths("@tensorflow/tfjs-core") ?? [];
  return { ...process.env, NODE_PATH: [process.env.NODE_PATH, ...own].filter(Boolean).join(delimiter) };
}

const signals: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];

/** The arguments of a trainer, and the files that nnc has read for it, which it must not write. */
export interface TrainerRun {
  readonly args: readonly string[];
  readonly inputs: readonly string[];
  /** What its log says of the program, as JSON. */
  readonly about?: string;
  /** Where the weights go as well, unasked and without a word, when a training ends. */
  readonly keep?: string;
  /** Where a training that ends by itself says what it has read and used. */
  readonly facts?: string;
  /** The folder for files that nnc alone reads. Without nnc the trainer removes it at its end. */
  readonly scratch?: string;
  /** Where a training writes the state before a step that did damage. */
  readonly damage?: string;
  /** Where the times of layers go, and how many milliseconds to measure each thing. */
  readonly profile?: { readonly file: string; readonly milliseconds: number };
  /** The number of parts to train and test on in turn. */
  readonly folds?: number;
}

/** Runs the trainer. Calls `loaded` once the child has read the file, or has ended. */
async function runChild(file: string, run: TrainerRun, loaded: () => void): Promise<Outcome<number>> {
  const host = fileURLToPath(new URL("../host/trainerProcess.js", import.meta.url));
  const { about: _, ...invocation } = run;
  const child = spawn(process.execPath, [host, file, JSON.stringify(invocation)], {
    // The channel closes when this process ends, in whatever way, and then the child ends too.
    stdio: ["inherit", "inherit", "inherit", "ipc"],
    env: environment(),
  });
  let ready = false;
  child.on("message", () => {
    ready = true;
    loaded();
  });
  // A signal before the child listens just ends it, and nothing is lost.
  const forward = (signal: NodeJS.Signals): void => {
    if (ready && child.connected) child.send(signal, () => {});
    else child.kill(signal);
  };
  for (const signal of signals) process.on(signal, forward);
  try {
    return await new Promise((settle) => {
      child.once("error", (error) => settle(problem(`cannot start ${process.execPath}: ${systemReason(error)}`)));
      child.once("exit", (code, signal) => {
        if (code !== null) settle(ok(code));
        else if (signal !== null && signals.includes(signal)) settle(ok(128 + constants.signals[signal]));
        else settle(problem(`the trainer was ended by ${signal ?? "an unknown signal"}`));
      });
    });
  } finally {
    for (const signal of signals) process.off(signal, forward);
    loaded();
  }
}

/**
 * Writes a trainer's files to a temporary folder and runs it to its end, in the current folder. Returns its exit code, or
 * 128 plus the signal's number if a signal ended it.
 */
export async function runTrainer(files: ReadonlyMap<string, string>, run: TrainerRun): Promise<Outcome<number>> {
  const folder = temporaryFolder();
  if ("problem" in folder) return folder;
  const { path, remove } = folder.ok;
  // Sources are too long for an argument.
  const about: readonly (readonly [string, string])[] = run.about === undefined ? [] : [["about.json", run.about]];
  const written = writeFolder(path, new Map([...files, ...about]));
  if ("problem" in written) {
    remove();
    return written;
  }
  return runChild(join(path, "train.js"), run, remove);
}
