// Tells whether Node was started with this trainer itself. If a program imports a trainer or bundles it, that must neither
// start a training nor take the program's arguments.

import { runTrainer } from "./main.ts";
import type { Trainer } from "./trainer.ts";

/** Whether Node runs text from its own command line, so that its arguments name no program. */
const evaluates = (flags: readonly string[]): boolean =>
  flags.some((flag) => /^(-[ep]+|--eval|--print)(=|$)/.test(flag));

/**
 * Whether the file at `path` is the trainer with this mark, as nnc writes it: it exports functions in place, and ends with
 * the call that has the mark. Bundlers gather exports in one place or drop them, and put the importing program behind the
 * imported one.
 */
function isTrainer(path: string, mark: string): boolean {
  const { closeSync, constants, fstatSync, openSync, readFileSync, readSync } = process.getBuiltinModule("node:fs");
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch {
    return false;
  }
  try {
    const { size } = fstatSync(file);
    if (!fstatSync(file).isFile()) return false;
    const tail = new Uint8Array(Math.min(size, 500));
    readSync(file, tail, 0, tail.length, size - tail.length);
    const end = new TextDecoder().decode(tail).replace(/\s*(?:\/\/[#@] source[^\n]*)?\s*$/, "");
    if (!new RegExp(`\\brunWhenMain\\(\\s*["']${mark}["'],\\s*trainer,?\\s*\\);?$`).test(end)) return false;
    return /^export (?:async )?function /m.test(readFileSync(file, "utf8"));
  } finally {
    closeSync(file);
  }
}

/** Runs the command line where the trainer with this mark is the file that Node was started with; otherwise does nothing. */
export function runWhenMain(mark: string, trainer: Trainer): void {
  if (typeof process === "undefined" || typeof process.getBuiltinModule !== "function") return;
  const [, started] = process.argv;
  if (started === undefined || evaluates(process.execArgv)) return;
  if (!process.getBuiltinModule("node:worker_threads").isMainThread) return;
  // Node finds `train.js` for `train`, too.
  const path = [started, `${started}.js`].find((candidate) => isTrainer(candidate, mark));
  if (path === undefined) return;
  const { realpathSync } = process.getBuiltinModule("node:fs");
  const { dirname } = process.getBuiltinModule("node:path");
  const file = realpathSync(path);
  const invocation = { args: process.argv.slice(2), folder: dirname(file), inputs: [file] };
  void runTrainer(trainer, invocation).then((code) => {
    process.exitCode = code;
  });
}
