// `nnc train FILE`: compiles, provides the data, and runs the trainer in its own process.

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { dataFolders, downloadFolder, fetchData, findData } from "../../host/data.ts";
import { type RemoteSet, remoteSet } from "../../host/datasets.ts";
import type { Outcome } from "../../host/outcome.ts";
import { runTrainer, temporaryFolder } from "../../host/run.ts";
import { compiled, compileOptions } from "../compiled.ts";
import { downloadProgress } from "../downloadProgress.ts";
import { EXIT, type ExitCode, Refusal } from "../exit.ts";
import { programFacts } from "../facts.ts";
import { say, shownPath } from "../output.ts";
import { openReporting, type ReportingFlags } from "../reporting.ts";

export interface TrainFlags extends ReportingFlags {
  readonly save?: string;
  readonly checkpoint?: string;
  readonly checkpointEvery?: number;
  readonly resume?: boolean;
  readonly maxSteps?: number;
  readonly maxSeconds?: number;
  readonly json?: boolean;
  readonly backend?: string;
  /** False with `--no-revectorize`. */
  readonly revectorize: boolean;
}

/** Fetches missing data, and says so. If that fails, refuses with all that people need to provide the data. */
async function provideData(
  set: RemoteSet,
  places: { readonly program: string; readonly data?: string },
): Promise<boolean> {
  if (findData(set, places) !== undefined) return true;
  const folder = downloadFolder(set.source);
  const looked = [...new Set(dataFolders(set.source, places))].map(shownPath);
  if (folder === undefined)
    throw new Refusal(
      EXIT.failed,
      `${set.title} are not at hand (looked in ${looked.join(", ")}), and there is no folder to download them to: ` +
        "set HOME or XDG_CACHE_HOME, or name the folder that holds them: --data DIR",
    );
  say(`${set.title} are not at hand (looked in ${looked.join(", ")}); downloading to ${shownPath(folder)}`);
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  process.once("SIGINT", interrupt);
  const progress = downloadProgress(process.stderr);
  const fetched = await fetchData(set, folder, { ...progress, signal: stop.signal });
  progress.end();
  process.off("SIGINT", interrupt);
  if ("ok" in fetched) return true;
  if (stop.signal.aborted) return false;
  const names = set.files.map((file) => file.name).join("\n              ");
  throw new Refusal(
    EXIT.failed,
    `cannot get ${set.title}\n  looked for  ${names}\n  in          ${looked.join("\n              ")}\n` +
      `  tried       ${fetched.problem.split("\n").join("\n              ")}\n` +
      "  what to do  put the files into a folder and name it: --data DIR, or set NNC_DATA",
  );
}

/** Compiles and trains; returns the trainer's exit code. */
export async function train(file: string, flags: TrainFlags): Promise<ExitCode> {
  const trainer = await compiled(file, { ...compileOptions(flags), mustTrain: true }, flags.data);
  if ("exit" in trainer) return trainer.exit;
  const places = { program: dirname(file), ...(flags.data === undefined ? {} : { data: flags.data }) };
  const set = trainer.source === undefined ? undefined : remoteSet(trainer.source);
  if (set !== undefined && !(await provideData(set, places))) return EXIT.interrupted;
  const reporting = await openReporting(file, flags, trainer.inputs);
  try {
    const log = reporting?.log ?? flags.log;
    const run = {
      outputs: trainer.outputs,
      args: argumentsOf(places.program, { ...flags, ...(log === undefined ? {} : { log }) }),
      inputs: trainer.inputs,
      ...(log === undefined ? {} : { about: await programFacts(file, flags) }),
      ...(reporting === undefined ? {} : { keep: reporting.keep }),
    };
    const ended = await runAndExplain(file, flags, run);
    await reporting?.finish(ended);
    return ended;
  } finally {
    await reporting?.close();
  }
}

/** Returns the arguments of the trainer. */
function argumentsOf(program: string, flags: TrainFlags): readonly string[] {
  const args = [`--data=${program}`];
  if (flags.data !== undefined) args.push(`--data=${flags.data}`);
  if (flags.maxSteps !== undefined) args.push("--max-steps", String(flags.maxSteps));
  if (flags.maxSeconds !== undefined) args.push("--max-seconds", String(flags.maxSeconds));
  if (flags.limit !== undefined) args.push("--limit", String(flags.limit));
  if (flags.save !== undefined) args.push(`--save=${flags.save}`);
  if (flags.force === true) args.push("--force");
  if (flags.checkpoint !== undefined) args.push(`--checkpoint=${flags.checkpoint}`);
  if (flags.checkpointEvery !== undefined) args.push("--checkpoint-every", String(flags.checkpointEvery));
  if (flags.log !== undefined) args.push(`--log=${flags.log}`);
  if (flags.tensorboard !== undefined) args.push(`--tensorboard=${flags.tensorboard}`);
  if (flags.resume === true) args.push("--resume");
  if (flags.threads !== undefined) args.push("--threads", String(flags.threads));
  if (!flags.revectorize) args.push("--no-revectorize");
  if (flags.backend !== undefined) args.push("--backend", flags.backend);
  if (flags.json === true) args.push("--json");
  return args;
}

interface Trained {
  readonly outputs: ReadonlyMap<string, string>;
  readonly args: readonly string[];
  readonly inputs: readonly string[];
  readonly about?: string;
  readonly keep?: string;
}

/** Runs the trainer. If a step does damage, another program is compiled, which names the layer and prints the error. */
async function runAndExplain(file: string, flags: TrainFlags, { outputs, ...run }: Trained): Promise<ExitCode> {
  const scratch = temporaryFolder();
  if ("problem" in scratch) throw new Refusal(EXIT.failed, scratch.problem);
  const damage = join(scratch.ok.path, "step.safetensors");
  try {
    const ended = done(await runTrainer(outputs, { ...run, damage }));
    if (!existsSync(damage)) return ended;
    const probe = await compiled(file, { ...compileOptions(flags), mustTrain: true, tool: "damage" }, flags.data);
    if ("exit" in probe) return probe.exit;
    const args = [damage, ...(flags.json === true ? ["--json"] : [])];
    return done(await runTrainer(probe.outputs, { args, inputs: run.inputs }));
  } finally {
    scratch.ok.remove();
  }
}

function done(ended: Outcome<number>): ExitCode {
  if ("problem" in ended) throw new Refusal(EXIT.failed, ended.problem);
  return ended.ok;
}
