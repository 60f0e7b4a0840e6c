// The process in which `nnc train` runs a trainer. A signal to nnc reaches the trainer once, whether the system sent it to
// both or to nnc alone. When nnc ends, the trainer saves and ends too. Knows a trainer only by its exports.

import { existsSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

/** The exports of a trainer's file that this process uses. */
interface TrainerModule {
  readonly trainer: unknown;
  runTrainer(trainer: unknown, invocation: unknown): Promise<number>;
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Passes on a signal to nnc, unless the system has sent it here too: a terminal signals all its processes. */
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
let alone = false;
process.on("disconnect", () => {
  alone = true;
});
const [, , path = "", argument = "{}"] = process.argv;
const { scratch, ...invocation } = JSON.parse(argument) as { readonly scratch?: string };
const { trainer, runTrainer } = (await import(pathToFileURL(path).href)) as TrainerModule;
const described = join(dirname(path), "about.json");
const about = existsSync(described) ? { about: readFileSync(described, "utf8") } : {};
process.send?.("loaded");
process.exitCode = await runTrainer(trainer, { ...invocation, ...about });
// Nobody else is left who would remove it.
if (alone && scratch !== undefined) rmSync(scratch, { recursive: true, force: true });
process.removeAllListeners("disconnect");
if (process.connected) process.disconnect();
