// `nnc train FILE`: compiles, provides the data, and runs the trainer in its own process.

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ToolName } from "../../driver/options.ts";
import type { Outcome } from "../../host/outcome.ts";
import { runTrainer, temporaryFolder } from "../../host/run.ts";
import { compiled, compileOptions } from "../compiled.ts";
import { EXIT, type ExitCode, Refusal, usageError } from "../exit.ts";
import { programFacts } from "../facts.ts";
import { provideData } from "../provide.ts";
import { openReporting, type ReportingFlags } from "../reporting.ts";

export interface TrainFlags extends ReportingFlags {
  readonly save?: string;
  readonly checkpoint?: string;
  readonly checkpointEvery?: number;
  readonly resume?: boolean;
  readonly maxSteps?: number;
  readonly maxSeconds?: number;
  readonly overfitOneBatch?: boolean;
  readonly findRate?: boolean;
  readonly folds?: number;
  readonly json?: boolean;
  readonly backend?: string;
  /** False with `--no-revectorize`. */
  readonly revectorize: boolean;
}

/** Compiles and trains; returns the trainer's exit code. */
export async function train(file: string, flags: TrainFlags): Promise<ExitCode> {
  const tool = toolOf(flags);
  const options = { ...compileOptions(flags), mustTrain: true, ...(tool === undefined ? {} : { tool }) };
  const trainer = await compiled(file, options, flags.data);
  if ("exit" in trainer) return trainer.exit;
  const places = { program: dirname(file), ...(flags.data === undefined ? {} : { data: flags.data }) };
  if (!(await provideData(trainer.source, places))) return EXIT.interrupted;
  const reporting = await openReporting(file, flags, trainer.inputs);
  try {
    const log = reporting?.log ?? flags.log;
    const run = {
      outputs: trainer.outputs,
      args: argumentsOf(places.program, { ...flags, ...(log === undefined ? {} : { log }) }),
      inputs: trainer.inputs,
      ...(log === undefined ? {} : { about: await programFacts(file, flags) }),
      ...(reporting === undefined ? {} : { keep: reporting.keep }),
      ...(flags.folds === undefined ? {} : { folds: flags.folds }),
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

/** The options that look into a training in place of it, and what they need. */
const toolFlags = {
  overfit: ["--overfit-one-batch", "overfitOneBatch"],
  rates: ["--find-rate", "findRate"],
  folds: ["--folds", "folds"],
} as const satisfies Partial<Record<ToolName, readonly [string, keyof TrainFlags]>>;

/** Returns what to do in place of a training. Refuses options that do not go together. */
function toolOf(flags: TrainFlags): ToolName | undefined {
  const tools = Object.keys(toolFlags) as (keyof typeof toolFlags)[];
  const [tool, other] = tools.filter((name) => flags[toolFlags[name][1]] !== undefined);
  if (tool === undefined) return undefined;
  const [shown] = toolFlags[tool];
  if (other !== undefined) throw usageError(`${shown} and ${toolFlags[other][0]} do not go together: take one of them`);
  const { save, checkpoint, log, report, live } = flags;
  // What writes files, or shows them.
  const [kept] = Object.entries({ save, checkpoint, log, report, live }).filter(([, path]) => path !== undefined);
  if (kept !== undefined) throw usageError(`${shown} writes nothing, so it does not go together with --${kept[0]}`);
  return tool;
}

interface Trained {
  readonly outputs: ReadonlyMap<string, string>;
  readonly args: readonly string[];
  readonly inputs: readonly string[];
  readonly about?: string;
  readonly keep?: string;
  readonly folds?: number;
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
