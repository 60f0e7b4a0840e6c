// The process in which `nnc train` runs a trainer. Signals that nnc was sent reach the trainer once, whether they came to
// both or to nnc alone, and the trainer ends, after saving, where nnc has ended. It knows a trainer by its exports only.

import { pathToFileURL } from "node:url";

/** What a trainer's file exports for this. */
interface TrainerModule {
  readonly trainer: unknown;
  runTrainer(trainer: unknown, invocation: unknown): Promise<number>;
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Passes on what nnc was sent, unless the system has sent it here too: a terminal tells all processes it runs. */
function hearParent(): void {
  const heard = new Map<string, number>();
  let passing = false;
  for (const name of signals) {
    process.on(name, () => {
      if (!passing) heard.set(name, (heard.get(name) ?? 0) + 1);
    });
  }
  const pass = (name: NodeJS.Signals): void => {
    passing = true;
    process.emit(name, name);
    passing = false;
  };
  process.on("message", (name: unknown) => {
    const signal = signals.find((known) => known === name);
    if (signal === undefined) return;
    const left = heard.get(signal) ?? 0;
    if (left > 0) heard.set(signal, left - 1);
    else pass(signal);
  });
  process.on("disconnect", () => pass("SIGHUP"));
}

hearParent();
const [, , path = "", invocation = "{}"] = process.argv;
const { trainer, runTrainer } = (await import(pathToFileURL(path).href)) as TrainerModule;
process.send?.("loaded");
process.exitCode = await runTrainer(trainer, JSON.parse(invocation));
process.removeAllListeners("disconnect");
if (process.connected) process.disconnect();
