// Runs modules on target `tfjs`: the calls that a trainer would make, of a TensorFlow.js that the caller loaded.

import { toWholePrims } from "../passes/index.ts";
import { loadPrograms, type TensorLibrary } from "../targets/tfjs/run.ts";
import type { Executor } from "./executor.ts";

/** `name` says on which backend `tf` computes. Slots of an opened module stay in its memory to the end of the process. */
export const tfjsExecutor = (name: string, tf: TensorLibrary): Executor => ({
  name,
  open(module, batch, slots) {
    const loaded = loadPrograms(tf, toWholePrims(module));
    for (const [slot, values] of slots) loaded.slot(slot).set(values as ArrayLike<number>);
    return { run: (program, inputs) => loaded.run(program, batch, inputs), slot: loaded.slot };
  },
});
