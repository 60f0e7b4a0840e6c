// The thread for checks, begun before the code of the protocol is there: both load at once. The start of the command and its bundle
// are different files, so the thread waits where both can find it.

import { Worker } from "node:worker_threads";

const place = Symbol.for("nnc: the thread for checks");
const waiting = globalThis as { [place]?: Worker | undefined };

/** Starts the thread whose code is in the file. */
function startWorker(file: URL): Worker {
  const worker = new Worker(file, {
    // The arguments of the process are for the protocol.
    argv: [],
    // Only the protocol may use standard output.
    stdout: true,
    // New things seldom outlive an answer: twice this room saves no time that people notice, half of it costs some. V8 lets a heap
    // that may be large grow fourfold before it looks for what is dead. The costliest program of tests/support/largeTexts.ts takes 250 MB.
    resourceLimits: { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 1000 },
  });
  // The process ends with its editor, even during a check.
  worker.unref();
  return worker;
}

/** Starts the thread for whoever takes it. */
export function startEarly(file: URL): void {
  waiting[place] = startWorker(file);
}

/** Returns the thread that has started, or a new one. */
export function takeWorker(file: URL): Worker {
  const worker = waiting[place] ?? startWorker(file);
  delete waiting[place];
  return worker;
}
