// `nnc train FILE`: compiles, provides the data, and runs the trainer in its own process.

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ToolName } from "../../driver/options.ts";
import type { Outcome } from "../../host/outcome.ts";
import { type Left, takesReceipt } from "../../host/receipt.ts";
import { runTrainer, temporaryFolder } from "../../host/run.ts";
import { type CompiledFile, compiled, compileOptions } from "../compiled.ts";
import { EXIT, type ExitCode, Refusal, usageError } from "../exit.ts";
import { programFacts } from "../facts.ts";
import { shownPath } from "../output.ts";
import { provideData } from "../provide.ts";
import { leaveReceipt } from "../receipt.ts";
import { openReporting, type ReportingFlags } from "../reporting.ts";

export interface TrainFlags extends ReportingFlags {
  readonly save?: string;
  readonly checkpoint?: string;
  readonly checkpointEvery?: number;
  readonly resume?: boolean;
  readonly memory?: string;
  readonly maxSteps?: number;
  readonly maxSeconds?: number;
  readonly receipt?: string;
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
  checkReceipt(flags);
  const options = { ...compileOptions(flags), mustTrain: true, ...(tool === undefined ? {} : { tool }) };
  const trainer = await compiled(file, options, flags.data);
  if ("exit" in trainer) return trainer.exit;
  if (!(await provideData(trainer.source, placesOf(file, flags)))) return EXIT.interrupted;
  const reporting = await openReporting(file, flags, trainer.inputs);
  try {
    const log = reporting?.log ?? flags.log;
    const run = {
      args: argumentsOf(file, { ...flags, ...(log === undefined ? {} : { log }) }),
      ...(log === undefined ? {} : { about: await programFacts(file, flags) }),
      ...(reporting === undefined ? {} : { keep: reporting.keep }),
      ...(flags.folds === undefined ? {} : { folds: flags.folds }),
    };
    const ended = await runAndExplain(file, flags, trainer, run);
    await reporting?.finish(ended);
    return ended;
  } finally {
    await reporting?.close();
  }
}

/** Trains again, and leaves the weights and what the training says of itself. Whatever the program writes otherwise, it does not. */
export async function trainQuietly(
  file: string,
  flags: TrainFlags,
  trainer: CompiledFile,
  left: Left,
): Promise<ExitCode> {
  if (!(await provideData(trainer.source, placesOf(file, flags)))) return EXIT.interrupted;
  const run = { args: argumentsOf(file, flags), inputs: trainer.inputs, keep: left.weights, facts: left.facts };
  return done(await runTrainer(trainer.outputs, run));
}

/** Refuses a receipt for what cannot be repeated, and one in place of another file. */
function checkReceipt({ receipt, maxSeconds, force }: TrainFlags): void {
  if (receipt === undefined) return;
  if (maxSeconds !== undefined)
    throw usageError("--receipt is for a training that can be repeated: take --max-steps in place of --max-seconds");
  if (force !== true && !takesReceipt(receipt))
    throw usageError(
      `${shownPath(receipt)} exists, and is no receipt: choose another name, or replace it with --force`,
    );
}

const placesOf = (file: string, { data }: TrainFlags): { readonly program: string; readonly data?: string } => ({
  program: dirname(file),
  ...(data === undefined ? {} : { data }),
});

/** Returns the arguments of the trainer. */
function argumentsOf(file: string, flags: TrainFlags): readonly string[] {
  const args = [`--data=${dirname(file)}`];
  if (flags.data !== undefined) args.push(`--data=${flags.data}`);
  if (flags.maxSteps !== undefined) args.push("--max-steps", String(flags.maxSteps));
  if (flags.maxSeconds !== undefined) args.push("--max-seconds", String(flags.maxSeconds));
  if (flags.limit !== undefined) args.push("--limit", String(flags.limit));
  if (flags.memory !== undefined) args.push("--memory", flags.memory);
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
  profile: ["--profile", "profile"],
} as const satisfies Partial<Record<ToolName, readonly [string, keyof TrainFlags]>>;

/** Returns what to do in place of a training. Refuses options that do not go together. */
function toolOf(flags: TrainFlags): ToolName | undefined {
  const tools = Object.keys(toolFlags) as (keyof typeof toolFlags)[];
  const [tool, other] = tools.filter((name) => flags[toolFlags[name][1]] !== undefined);
  if (tool === undefined) return undefined;
  const [shown] = toolFlags[tool];
  if (tool === "profile" && flags.target !== "wasm")
    throw usageError(`--profile times the kernels of target wasm, not those of ${flags.target}`);
  // With a report the training goes on as usual, and the report shows the times.
  if (tool === "profile" && flags.report !== undefined && other === undefined) return undefined;
  if (other !== undefined) throw usageError(`${shown} and ${toolFlags[other][0]} do not go together: take one of them`);
  const { save, checkpoint, log, receipt, report, live } = flags;
  const written = { save, checkpoint, log, receipt, report, live };
  const [kept] = Object.entries(written).filter(([, path]) => path !== undefined);
  if (kept !== undefined) throw usageError(`${shown} writes nothing, so it does not go together with --${kept[0]}`);
  return tool;
}

/** How the trainer is to run. */
interface Trained {
  readonly args: readonly string[];
  readonly about?: string;
  readonly keep?: string;
  readonly folds?: number;
}

/** Runs the trainer. If a step does damage, another program is compiled, which names the layer and prints the error. */
async function runAndExplain(
  file: string,
  flags: TrainFlags,
  trainer: CompiledFile,
  trained: Trained,
): Promise<ExitCode> {
  const scratch = temporaryFolder();
  if ("problem" in scratch) throw new Refusal(EXIT.failed, scratch.problem);
  const { inputs } = trainer;
  const [damage, facts] = [join(scratch.ok.path, "step.safetensors"), join(scratch.ok.path, "run.json")];
  const weights = trained.keep ?? join(scratch.ok.path, "weights.safetensors");
  const left = flags.receipt === undefined ? {} : { facts, keep: weights };
  try {
    const ended = done(
      await runTrainer(trainer.outputs, { ...trained, inputs, scratch: scratch.ok.path, damage, ...left }),
    );
    if (flags.receipt !== undefined && ended === EXIT.fine)
      leaveReceipt(flags.receipt, file, flags, trainer, { facts, weights });
    if (!existsSync(damage)) return ended;
    const probe = await compiled(file, { ...compileOptions(flags), mustTrain: true, tool: "damage" }, flags.data);
    if ("exit" in probe) return probe.exit;
    const args = [damage, ...(flags.json === true ? ["--json"] : [])];
    return done(await runTrainer(probe.outputs, { args, inputs }));
  } finally {
    scratch.ok.remove();
  }
}

function done(ended: Outcome<number>): ExitCode {
  if ("problem" in ended) throw new Refusal(EXIT.failed, ended.problem);
  return ended.ok;
}
