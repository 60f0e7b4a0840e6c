// Keeps the history of a training in a folder, for people and other programs: `history.jsonl` and `history.csv` with a line
// for each epoch, `run.json` with what was trained, how, and the result, and `program.json` with what nnc says of the program.

import type { Circumstances } from "../core/checkpoint.ts";
import { RunError } from "../core/error.ts";
import type { History } from "../core/loop.ts";
import type { EpochResult, Manifest, MetricValue, Program } from "../core/program.ts";
import { csvLine, metricsRecord, safeJson, safeText } from "../core/text.ts";
import type { TrainerArguments } from "./arguments.ts";
import { reasonOf } from "./reasons.ts";
import { SaveError, saveFile, saveTarget } from "./save.ts";

export interface RunLog {
  /** Writes the settings and the epochs that an earlier run finished. */
  begin(done: readonly EpochResult[]): void;
  /** Adds an epoch. A failure ends the log, not the training: `end` throws it. */
  epoch(result: EpochResult): void;
  /** Writes the result. Throws a RunError if the log is not whole. */
  end(history: History): void;
}

/** The facts that the log states of a run. */
export interface LoggedRun {
  readonly program: Program;
  readonly circumstances: Circumstances;
  /** How an epoch orders its rows. */
  readonly order: object;
  /** Files that the run reads, and must not overwrite. */
  readonly inputs: readonly string[];
  /** The text of `program.json`. */
  readonly about?: string;
}

/** An epoch as programs read it: on standard output and in the log. */
export function epochRecord(names: readonly string[], result: EpochResult): Record<string, unknown> {
  const { epoch, epochs, steps, seconds, samplesPerSecond, metrics, validation } = result;
  return {
    ...{ epoch, epochs, steps, seconds, samplesPerSecond, metrics: metricsRecord(names, metrics) },
    ...(validation === undefined ? {} : { validation: metricsRecord(names, validation) }),
  };
}

const historyLine = (cells: readonly string[]): string => `${csvLine(cells)}\n`;
const historyValue = (value: MetricValue): string =>
  typeof value === "number" ? String(value) : JSON.stringify(value);

const historyHead = (names: readonly string[], validates: boolean): string =>
  historyLine([
    ...["epoch", "steps", "seconds", "samples_per_second", ...names],
    ...(validates ? names.map((name) => `val_${name}`) : []),
  ]);

const historyRow = ({ epoch, steps, seconds, samplesPerSecond, metrics, validation = [] }: EpochResult): string =>
  historyLine([
    ...[epoch, steps, seconds, samplesPerSecond].map(String),
    ...[...metrics, ...validation].map(historyValue),
  ]);

/** Whether the log in `path` is of a run with the same settings. */
function sameRun(path: string, circumstances: Circumstances): boolean {
  const { readFileSync } = process.getBuiltinModule("node:fs");
  try {
    const found: unknown = JSON.parse(readFileSync(path, "utf8"));
    const settings = typeof found === "object" && found !== null && "settings" in found ? found.settings : undefined;
    return JSON.stringify(settings) === JSON.stringify(circumstances);
  } catch {
    return false;
  }
}

/** Makes the folder and returns the places of the files. Throws a SaveError rather than replace another run's log. */
function logPlaces(folder: string, { resume, force }: TrainerArguments, { circumstances, inputs }: LoggedRun) {
  const { existsSync, mkdirSync } = process.getBuiltinModule("node:fs");
  const { join } = process.getBuiltinModule("node:path");
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new RunError(`cannot make the folder ${safeText(folder)}: ${reasonOf(error)}`);
  }
  const files = {
    run: "run.json",
    lines: "history.jsonl",
    table: "history.csv",
    about: "program.json",
    examples: "examples.json",
    profile: "profile.json",
  };
  const { run, lines, table, about, ...beside } = Object.fromEntries(
    Object.entries(files).map(([key, name]) => [key, join(folder, name)]),
  ) as typeof files;
  const there = [run, lines, table].find((path) => existsSync(path));
  if (there !== undefined && !force && !(resume && sameRun(run, circumstances)))
    throw new SaveError(`${safeText(there)} exists already; choose another folder, or replace it with --force`);
  const place = (path: string): string => saveTarget({ path, inputs, force: true });
  return {
    run: place(run),
    lines: place(lines),
    table: place(table),
    about: place(about),
    beside: Object.values(beside).map(place),
  };
}

function runSettings({ file, model, dataset, batch, parameters, strictMath }: Manifest, logged: LoggedRun): object {
  const { target, metrics } = logged.program.manifest;
  const { threads, variant } = logged.program;
  return {
    ...{ file, model, dataset, target, threads, ...(variant === undefined ? {} : { variant }), strictMath },
    ...{ batch, parameters, metrics, settings: logged.circumstances, order: logged.order },
    ...{ started: new Date().toISOString(), node: process.version, system: `${process.platform} ${process.arch}` },
  };
}

/** Returns the log in the folder that the arguments name; undefined if they name none. */
export function runLog(args: TrainerArguments, logged: LoggedRun): RunLog | undefined {
  const { log: folder } = args;
  if (folder === undefined) return undefined;
  const { appendFileSync, rmSync } = process.getBuiltinModule("node:fs");
  const places = logPlaces(folder, args, logged);
  const { manifest } = logged.program;
  const { metrics: names } = manifest;
  const save = (path: string, text: string): void => saveFile(path, new TextEncoder().encode(text));
  const line = (result: EpochResult): string => `${safeJson(epochRecord(names, result))}\n`;
  const settings = runSettings(manifest, logged);
  let problem: RunError | undefined;
  const append = (path: string, text: string): void => {
    if (problem !== undefined) return;
    try {
      appendFileSync(path, text);
    } catch (error) {
      problem = new RunError(`the log is not whole: cannot write ${safeText(path)}: ${reasonOf(error)}`);
    }
  };
  return {
    begin(done) {
      save(places.run, `${safeJson(settings)}\n`);
      // What nnc wrote beside an earlier log is not about this run.
      for (const path of [places.about, ...places.beside]) rmSync(path, { force: true });
      if (logged.about !== undefined) save(places.about, logged.about);
      save(places.lines, done.map(line).join(""));
      save(
        places.table,
        historyHead(names, logged.circumstances.examples.validation > 0) + done.map(historyRow).join(""),
      );
    },
    epoch(result) {
      append(places.lines, line(result));
      append(places.table, historyRow(result));
    },
    end({ epochs, test, interrupted, spent, stopped, restored, damaged }) {
      if (problem !== undefined) throw problem;
      const result = {
        epochs: epochs.length,
        ...(interrupted === undefined ? {} : { interrupted }),
        ...(spent === undefined ? {} : { spent }),
        ...(stopped === undefined ? {} : { stopped }),
        ...(restored === undefined ? {} : { restored }),
        ...(damaged === undefined ? {} : { damaged }),
        ...(test === undefined ? {} : { test: metricsRecord(names, test) }),
      };
      save(places.run, `${safeJson({ ...settings, ended: new Date().toISOString(), result })}\n`);
    },
  };
}
