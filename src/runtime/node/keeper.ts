// Keeps the state of a training in a folder: one file, replaced whole, so that at any moment the old or the new state is there.

import {
  type Checkpoint,
  type Circumstances,
  checkCircumstances,
  readCheckpoint,
  writeCheckpoint,
} from "../core/checkpoint.ts";
import type { Learned } from "../core/encode.ts";
import { RunError } from "../core/error.ts";
import type { Program } from "../core/program.ts";
import { safeText } from "../core/text.ts";
import type { TrainState } from "../core/trainState.ts";
import type { TrainerArguments } from "./arguments.ts";
import { reasonOf } from "./reasons.ts";
import { SaveError, saveFile } from "./save.ts";

export interface CheckpointKeeper {
  /** Returns the state to go on from; undefined where the training begins. Throws a RunError for another training's. */
  read(): Checkpoint | undefined;
  /** Whether so many seconds have passed since the last state. */
  due(): boolean;
  /**
   * Saves the state; on a failure the one before stays. A failure ends no training: the first one is returned to be said, the next
   * moment tries again.
   */
  save(program: Program, state: TrainState, learned: Learned): RunError | undefined;
  /** Why the last attempt failed, if it did. */
  failed(): RunError | undefined;
}

const CHECKPOINT_FILE = "checkpoint.safetensors";

/** Returns the keeper of the folder that the arguments name; undefined if they name none. */
export function checkpointKeeper(
  { checkpoint: folder, checkpointEvery: seconds, resume, force }: TrainerArguments,
  circumstances: Circumstances,
): CheckpointKeeper | undefined {
  if (folder === undefined) return undefined;
  const { existsSync, mkdirSync, readFileSync } = process.getBuiltinModule("node:fs");
  const { join } = process.getBuiltinModule("node:path");
  const path = join(folder, CHECKPOINT_FILE);
  const shown = safeText(path);
  if (existsSync(path) && !resume && !force)
    throw new SaveError(`${shown} is the state of a training; go on from it with --resume, or replace it with --force`);
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new RunError(`cannot make the folder ${safeText(folder)}: ${reasonOf(error)}`);
  }
  let saved = performance.now();
  let problem: RunError | undefined;
  return {
    read() {
      if (!resume || !existsSync(path)) return undefined;
      let bytes: Uint8Array;
      try {
        bytes = readFileSync(path);
      } catch (error) {
        throw new RunError(`cannot read ${shown}: ${reasonOf(error)}`);
      }
      const found = readCheckpoint(bytes, path);
      checkCircumstances(found.circumstances, circumstances, path);
      return found;
    },
    due: () => performance.now() - saved >= 1000 * seconds,
    save(program, state, learned) {
      const before = problem;
      try {
        saveFile(path, writeCheckpoint(program, state, circumstances, learned));
        problem = undefined;
      } catch (error) {
        if (!(error instanceof RunError)) throw error;
        problem = error;
      }
      saved = performance.now();
      return before === undefined ? problem : undefined;
    },
    failed: () => problem,
  };
}
