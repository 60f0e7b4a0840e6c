// Starts the thread for checks, whose file is next to this one. It knows Node's threads, so that the desk need not.

import { Worker } from "node:worker_threads";
import type { Job, Said } from "./questions.ts";

export interface Thread {
  post(job: Job): void;
  /** Ends the thread at once. */
  end(): void;
}

export type StartThread = (hear: {
  said(said: Said): void;
  /** The thread is gone. Called once, also after `end`. */
  ended(reason: string): void;
}) => Thread;

export const startThread: StartThread = (hear) => {
  const worker = new Worker(new URL("./worker.js", import.meta.url), {
    // The arguments of the process are for the protocol.
    argv: [],
    // Only the protocol may use standard output.
    stdout: true,
    // New things seldom outlive an answer; more room for them saves no time that people notice.
    resourceLimits: { maxYoungGenerationSizeMb: 8 },
  });
  // The process ends with its editor, even during a check.
  worker.unref();
  let reason: string | undefined;
  worker.on("message", (said: Said) => hear.said(said));
  worker.on("error", (error) => {
    reason = String(error);
  });
  worker.on("exit", (code) => hear.ended(reason ?? `ended with ${code}`));
  return { post: (job) => worker.postMessage(job), end: () => void worker.terminate() };
};
