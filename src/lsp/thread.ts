// Starts the thread for checks, whose file is next to this one. It knows Node's threads, so that the desk need not.

import { takeWorker } from "./early.ts";
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
  const worker = takeWorker(new URL("./worker.js", import.meta.url));
  let reason: string | undefined;
  worker.on("message", (said: Said) => hear.said(said));
  worker.on("error", (error) => {
    reason = String(error);
  });
  worker.on("exit", (code) => hear.ended(reason ?? `ended with ${code}`));
  return { post: (job) => worker.postMessage(job), end: () => void worker.terminate() };
};
