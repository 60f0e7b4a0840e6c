// The options that several commands have, each written once.

import { Option } from "commander";
import { ranges } from "../base/ranges.ts";
import { targetNames } from "../driver/options.ts";
import { byteSize, folder, setting, whole } from "./arguments.ts";
import type { ExitCode } from "./exit.ts";

export const examples = (...lines: readonly string[]): string =>
  `\nExamples:\n${lines.map((line) => `  ${line}\n`).join("")}`;

/** Takes the exit code of the process. */
export type Done = (code: ExitCode) => void;

export const set = (): Option =>
  new Option("--set <name=value>", "set a constant or a model's parameter; you may repeat it").argParser(setting);
export const target = (): Option =>
  new Option("--target <name>", "the target to compile to").choices(targetNames).default(targetNames[0]);
export const threads = (): Option =>
  new Option("--threads <n>", "threads that share the work (default: as many as this machine runs at once)").argParser(
    whole(ranges.threads),
  );
export const strictMath = (): Option =>
  new Option("--strict-math", "use only arithmetic that yields the same bits on every machine (slower)");
export const noWinograd = (): Option =>
  new Option("--no-winograd", "compute 3 × 3 convolutions as plain sums (slower; the last bits differ)");
export const batch = (): Option => new Option("--batch <n>", "samples in a batch").argParser(whole(ranges.batch));
export const epochs = (): Option =>
  new Option("--epochs <n>", "how many times to go over the data").argParser(whole(ranges.epochs));
export const seed = (): Option => new Option("--seed <n>", "seed of all random numbers").argParser(whole(ranges.seed));
export const data = (): Option =>
  new Option("--data <dir>", "the folder with data files, beside the program's own (also: NNC_DATA)").argParser(folder);
export const memory = (): Option =>
  new Option(
    "--memory <size>",
    "how much memory a table may take; a larger one is read piece by piece (default: 2GB)",
  ).argParser(byteSize);
export const training = (): Option =>
  new Option("--model <name>", "the model to use, if a file has several (default: the first one with a training)");
