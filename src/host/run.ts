// Runs a compiled trainer as a child process in a folder of its own that is gone afterwards. Knows what signals and exit
// codes mean; what the trainer prints goes straight to the terminal.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { type Outcome, ok, problem, systemReason } from "./outcome.ts";
import { writeFolder } from "./write.ts";

/** A new empty folder for one run, and how to remove it. */
function temporaryFolder(): Outcome<{ readonly path: string; remove(): void }> {
  try {
    const path = mkdtempSync(join(tmpdir(), "nnc-"));
    return ok({ path, remove: () => rmSync(path, { recursive: true, force: true }) });
  } catch (error) {
    return problem(`cannot make a folder in ${tmpdir()}: ${systemReason(error)}`);
  }
}

/** A terminal sends Ctrl-C to all processes it runs; from anywhere else it reaches only this one. */
const atTerminal = (): boolean =>
  [process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY === true);

const interrupted = 130;

/** The environment of a trainer: where nnc's own packages lie, a trainer finds TensorFlow.js too. */
function environment(): NodeJS.ProcessEnv {
  const own = createRequire(import.meta.url).resolve.paths("@tensorflow/tfjs-core") ?? [];
  return { ...process.env, NODE_PATH: [process.env.NODE_PATH, ...own].filter(Boolean).join(delimiter) };
}

async function runChild(file: string, args: readonly string[]): Promise<Outcome<number>> {
  const child = spawn(process.execPath, [file, ...args], { stdio: "inherit", env: environment() });
  const forward = (signal: NodeJS.Signals): void => {
    if (signal === "SIGTERM" || !atTerminal()) child.kill(signal);
  };
  const signals: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) process.on(signal, forward);
  try {
    return await new Promise((settle) => {
      child.once("error", (error) => settle(problem(`cannot start ${process.execPath}: ${systemReason(error)}`)));
      child.once("exit", (code, signal) => {
        if (code !== null) settle(ok(code));
        else if (signal === "SIGINT" || signal === "SIGTERM" || signal === "SIGHUP") settle(ok(interrupted));
        else settle(problem(`the trainer was ended by ${signal ?? "an unknown signal"}`));
      });
    });
  } finally {
    for (const signal of signals) process.off(signal, forward);
  }
}

/**
 * Writes a trainer's files to a temporary folder and runs its `train.js` with `args` to its end, in the current folder.
 * Returns its exit code; 130 where a signal ended it.
 */
export async function runTrainer(
  files: ReadonlyMap<string, string>,
  args: readonly string[],
): Promise<Outcome<number>> {
  const folder = temporaryFolder();
  if ("problem" in folder) return folder;
  try {
    const written = writeFolder(folder.ok.path, files);
    if ("problem" in written) return written;
    return await runChild(join(folder.ok.path, "train.js"), args);
  } finally {
    folder.ok.remove();
  }
}
