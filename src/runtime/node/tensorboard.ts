// Keeps the results of a training as events for TensorBoard: a folder each for training, validation and test, as it shows runs.

import { RunError } from "../core/error.ts";
import { eventRecord, scalarsEvent, startEvent, versionEvent } from "../core/formats/events.ts";
import type { MetricValue } from "../core/program.ts";
import { safeText } from "../core/text.ts";
import type { TrainerArguments } from "./arguments.ts";
import type { LoggedRun, RunLog } from "./log.ts";
import { reasonOf } from "./reasons.ts";
import { SaveError } from "./save.ts";

const eventParts = ["train", "validation", "test"] as const;
type EventPart = (typeof eventParts)[number];

/** The most numbers of a list that are shown, each as a curve. */
const MOST_CURVES = 100;

/** The numbers of results by the names of their curves. A table has none. */
function curvesOf(names: readonly string[], values: readonly MetricValue[]): readonly (readonly [string, number])[] {
  return names.flatMap((name, i): readonly (readonly [string, number])[] => {
    const value = values[i];
    if (typeof value === "number") return [[name, value]];
    return (value ?? [])
      .slice(0, MOST_CURVES)
      .flatMap((one, at) => (typeof one === "number" ? [[`${name}/${at}`, one]] : []));
  });
}

/** Throws a SaveError where another training's events are. */
function checkEvents(folder: string, { resume, force }: TrainerArguments): void {
  const { existsSync, readdirSync } = process.getBuiltinModule("node:fs");
  const { join } = process.getBuiltinModule("node:path");
  if (resume || force) return;
  const there = eventParts
    .map((part) => join(folder, part))
    .find((path) => existsSync(path) && readdirSync(path).some((name) => name.includes("tfevents")));
  if (there !== undefined)
    throw new SaveError(`${safeText(there)} holds events already; choose another folder, or add to them with --force`);
}

/** Returns the log for TensorBoard in the folder that the arguments name; undefined if they name none. */
export function tensorboardLog(args: TrainerArguments, { program, circumstances }: LoggedRun): RunLog | undefined {
  const { tensorboard: folder } = args;
  if (folder === undefined) return undefined;
  const { appendFileSync, mkdirSync } = process.getBuiltinModule("node:fs");
  const { hostname } = process.getBuiltinModule("node:os");
  const { join } = process.getBuiltinModule("node:path");
  try {
    checkEvents(folder, args);
  } catch (error) {
    if (error instanceof RunError) throw error;
    throw new RunError(`cannot read ${safeText(folder)}: ${reasonOf(error)}`);
  }
  const { metrics: names } = program.manifest;
  const now = (): number => Date.now() / 1000;
  const host = hostname().replace(/[^\w.-]/g, "_");
  const file = `events.out.tfevents.${Math.floor(now())}.${host}.${process.pid}.0`;
  let problem: RunError | undefined;
  const add = (part: EventPart, event: Uint8Array): void => {
    const path = join(folder, part, file);
    if (problem !== undefined) return;
    try {
      appendFileSync(path, eventRecord(event));
    } catch (error) {
      problem = new RunError(
        `the events for TensorBoard are not whole: cannot write ${safeText(path)}: ${reasonOf(error)}`,
      );
    }
  };
  const addResults = (part: EventPart, step: number, values: readonly MetricValue[] | undefined): void => {
    if (values !== undefined) add(part, scalarsEvent(now(), step, curvesOf(names, values)));
  };
  return {
    begin(done) {
      const { validation, test } = circumstances.examples;
      for (const part of eventParts) {
        if ((part === "validation" && validation === 0) || (part === "test" && test === 0)) continue;
        const path = join(folder, part);
        try {
          mkdirSync(path, { recursive: true });
        } catch (error) {
          throw new RunError(`cannot make the folder ${safeText(path)}: ${reasonOf(error)}`);
        }
        add(part, versionEvent(now()));
        add(part, startEvent(now(), done.length + 1));
      }
    },
    epoch({ epoch, metrics, validation }) {
      addResults("train", epoch, metrics);
      addResults("validation", epoch, validation);
    },
    end({ epochs, test }) {
      addResults("test", epochs.length, test);
      if (problem !== undefined) throw problem;
    },
  };
}

/** Returns one log that writes both; undefined if there is none. */
export function allLogs(...logs: readonly (RunLog | undefined)[]): RunLog | undefined {
  const kept = logs.filter((log) => log !== undefined);
  if (kept.length === 0) return undefined;
  return {
    begin(done) {
      for (const log of kept) log.begin(done);
    },
    epoch(result) {
      for (const log of kept) log.epoch(result);
    },
    end(history) {
      const [first, ...more] = kept;
      try {
        first?.end(history);
      } finally {
        for (const log of more) log.end(history);
      }
    },
  };
}
