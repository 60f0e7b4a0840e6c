// Finds the logs of runs in folders, and reads their texts. Knows the names of the files, not what they mean.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { safeText } from "../diagnostics/render/displayText.ts";
import { type Outcome, ok, problem, systemReason } from "./outcome.ts";
import { statOf, withRegularFile } from "./regularFile.ts";

/** The largest file of a log. */
const mostBytes = 2 ** 28;

const runFile = "run.json";

/** The files of a log that a report is made of. */
export const logFiles = [runFile, "history.jsonl", "program.json", "examples.json", "profile.json"];

/** The files of a log as texts. */
export interface LogTexts {
  readonly run: string;
  readonly history: string;
  readonly program?: string;
  readonly examples?: string;
  readonly profile?: string;
}

function readText(path: string): Outcome<string> {
  const read = withRegularFile<Outcome<string>>(path, (file) =>
    file.size > mostBytes
      ? problem(`it has more than ${mostBytes / 2 ** 20} MiB`)
      : ok(new TextDecoder().decode(file.read(0, file.size))),
  );
  const text = "ok" in read ? read.ok : read;
  return "ok" in text ? text : problem(`cannot read ${safeText(path)}: ${text.problem}`);
}

export const isRunFolder = (folder: string): boolean => statOf(join(folder, runFile))?.isFile() === true;

/** Reads the log in a folder. */
export function readLog(folder: string): Outcome<LogTexts> {
  if (!isRunFolder(folder))
    return problem(
      `${safeText(folder)} holds no log of a training: it has no run.json; nnc train --log DIR writes one`,
    );
  const texts: Record<string, string> = {};
  const files = {
    ...{ run: runFile, history: "history.jsonl" },
    ...{ program: "program.json", examples: "examples.json", profile: "profile.json" },
  };
  for (const [key, name] of Object.entries(files)) {
    const path = join(folder, name);
    if (key !== "run" && key !== "history" && statOf(path) === undefined) continue;
    const text = readText(path);
    if ("problem" in text) return text;
    texts[key] = text.ok;
  }
  const { run = "", history = "", ...more } = texts;
  return ok({ run, history, ...more });
}

/** Returns the folder if it holds a log, else the folders in it that do, by name. */
export function runFolders(folder: string): Outcome<readonly string[]> {
  if (isRunFolder(folder)) return ok([folder]);
  try {
    const names = readdirSync(folder).sort();
    return ok(names.map((name) => join(folder, name)).filter(isRunFolder));
  } catch (error) {
    return problem(`cannot read ${safeText(folder)}: ${systemReason(error)}`);
  }
}
