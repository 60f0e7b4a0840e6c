// Reads the command line of a trainer as data. It knows the options and their ranges, and does nothing with them.

import type { Manifest } from "../core/program.ts";
import { inRange, rangeText, runRanges } from "../core/ranges.ts";
import { bytesOfSize, sizeText } from "../core/text.ts";
import { valueText } from "../core/values.ts";
import { errorCode } from "./reasons.ts";

export interface TrainerArguments {
  readonly data: readonly string[];
  readonly epochs: number;
  readonly limit?: number;
  readonly seed: number;
  /** The bytes of memory that tables may take; rows beyond that go to a file. */
  readonly memory: number;
  readonly save?: string;
  /** Whether `save` may replace a file that nnc did not write. */
  readonly force: boolean;
  /** Default: the number that the machine runs at once. */
  readonly threads?: number;
  readonly revectorize: boolean;
  /** For target `tfjs`; default `tensorflow`. */
  readonly backend?: string;
  /** The folder that keeps the state of the training. */
  readonly checkpoint?: string;
  /** Seconds between two states within an epoch. */
  readonly checkpointEvery: number;
  readonly resume: boolean;
  /** Budgets that end the training. */
  readonly maxSteps?: number;
  readonly maxSeconds?: number;
  /** The folder for the history of the training. */
  readonly log?: string;
  /** The folder for events that TensorBoard shows. */
  readonly tensorboard?: string;
  /** The file of trained weights to evaluate, in place of a training. */
  readonly evaluate?: string;
  readonly json: boolean;
  readonly quiet: boolean;
}

export type ParsedArguments =
  | { readonly run: TrainerArguments }
  | { readonly help: string }
  /** One line that names the mistake. */
  | { readonly wrong: string };

/** Seconds between two states within an epoch, unless `--checkpoint-every` says otherwise. */
const CHECKPOINT_SECONDS = 60;
/** The bytes of memory that tables may take, unless `--memory` says otherwise. */
const DATA_MEMORY = 2e9;
const LEAST_MEMORY = 1000;
const backends: readonly string[] = ["tensorflow", "cpu", "wasm"];

const read = (args: readonly string[]) =>
  process.getBuiltinModule("node:util").parseArgs({
    args: [...args],
    options: {
      data: { type: "string", multiple: true },
      epochs: { type: "string" },
      limit: { type: "string" },
      seed: { type: "string" },
      memory: { type: "string" },
      save: { type: "string" },
      force: { type: "boolean" },
      checkpoint: { type: "string" },
      "checkpoint-every": { type: "string" },
      resume: { type: "boolean" },
      "max-steps": { type: "string" },
      "max-seconds": { type: "string" },
      evaluate: { type: "string" },
      log: { type: "string" },
      tensorboard: { type: "string" },
      threads: { type: "string" },
      "no-revectorize": { type: "boolean" },
      backend: { type: "string" },
      json: { type: "boolean" },
      quiet: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
    allowPositionals: false,
  }).values;
type Values = ReturnType<typeof read>;

/** Reads the arguments after the file's name; defaults are the program's. */
export function parseTrainerArguments(args: readonly string[], manifest: Manifest): ParsedArguments {
  let values: Values;
  try {
    values = read(args);
  } catch (error) {
    return { wrong: wrongUsage(error) };
  }
  if (values.help === true) return { help: helpText(manifest) };
  const [wrong] = misfits(values, manifest);
  if (wrong !== undefined) return { wrong };
  const { data = [], epochs, limit, seed, threads, backend, save } = values;
  return {
    run: {
      data,
      epochs: epochs === undefined ? manifest.epochs : Number(epochs),
      seed: seed === undefined ? manifest.seed : Number(seed),
      memory: bytesOfSize(values.memory ?? "") ?? DATA_MEMORY,
      revectorize: values["no-revectorize"] !== true,
      force: values.force === true,
      checkpointEvery: Number(values["checkpoint-every"] ?? CHECKPOINT_SECONDS),
      resume: values.resume === true,
      ...(values["max-steps"] === undefined ? {} : { maxSteps: Number(values["max-steps"]) }),
      ...(values["max-seconds"] === undefined ? {} : { maxSeconds: Number(values["max-seconds"]) }),
      ...(values.evaluate === undefined ? {} : { evaluate: values.evaluate }),
      ...(values.log === undefined ? {} : { log: values.log }),
      ...(values.tensorboard === undefined ? {} : { tensorboard: values.tensorboard }),
      ...(values.checkpoint === undefined ? {} : { checkpoint: values.checkpoint }),
      json: values.json === true,
      quiet: values.quiet === true,
      ...(limit === undefined ? {} : { limit: Number(limit) }),
      ...(threads === undefined ? {} : { threads: Number(threads) }),
      ...(backend === undefined ? {} : { backend }),
      ...(save === undefined ? {} : { save }),
    },
  };
}

/** Lists the mistakes in values, one sentence each. */
function misfits(values: Values, manifest: Manifest): readonly string[] {
  const wrong: string[] = [];
  for (const name of ["epochs", "limit", "seed", "threads"] as const) {
    const text = values[name];
    if (text !== undefined && !(/^\d+$/.test(text) && inRange(Number(text), runRanges[name])))
      wrong.push(`--${name} must be a whole number ${rangeText(runRanges[name])}, not ${valueText(text)}`);
  }
  const steps = values["max-steps"];
  if (steps !== undefined && !(/^\d+$/.test(steps) && inRange(Number(steps), runRanges.maxSteps)))
    wrong.push(`--max-steps must be a whole number ${rangeText(runRanges.maxSteps)}, not ${valueText(steps)}`);
  const most = values["max-seconds"];
  if (most !== undefined && !(/^\d+(?:\.\d+)?$/.test(most) && Number(most) > 0))
    wrong.push(`--max-seconds must be a number of seconds above 0, not ${valueText(most)}`);
  const { threads, backend, save, data } = values;
  if (Number(threads ?? 1) > 1 && !manifest.threads)
    wrong.push(`--threads ${threads}: a program compiled for target ${manifest.target} runs on one thread`);
  if (backend !== undefined && manifest.target !== "tfjs")
    wrong.push(`--backend ${backend}: only target tfjs has backends, and this program is for ${manifest.target}`);
  else if (backend !== undefined && !backends.includes(backend))
    wrong.push(`--backend must be one of ${backends.join(", ")}, not ${valueText(backend)}`);
  const every = values["checkpoint-every"];
  if (every !== undefined && !/^\d+(?:\.\d+)?$/.test(every))
    wrong.push(`--checkpoint-every must be a number of seconds, not ${valueText(every)}`);
  if (values.checkpoint === "") wrong.push("--checkpoint needs the name of a folder");
  if (values.checkpoint === undefined && (values.resume === true || every !== undefined))
    wrong.push(`--${values.resume === true ? "resume" : "checkpoint-every"} needs --checkpoint DIR`);
  for (const name of ["log", "tensorboard"] as const) {
    if (values[name] === "") wrong.push(`--${name} needs the name of a folder`);
    if (values[name] !== undefined && values.evaluate !== undefined)
      wrong.push(`--${name} keeps the history of a training, and --evaluate trains nothing`);
  }
  const { memory } = values;
  if (memory !== undefined && (bytesOfSize(memory) ?? 0) < LEAST_MEMORY)
    wrong.push(
      `--memory must be a size of at least ${sizeText(LEAST_MEMORY)}, such as 500MB or 4GB, not ${valueText(memory)}`,
    );
  if (values.evaluate === "") wrong.push("--evaluate needs the name of a file");
  if (save === "") wrong.push("--save needs the name of a file");
  if (data?.includes("") === true) wrong.push("--data needs the name of a folder");
  return wrong;
}

/** Words the mistake that parseArgs found, in one line. */
function wrongUsage(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const option = /'-{0,2}([^\s'=,]+)[^']*'/.exec(message)?.[1] ?? "";
  switch (errorCode(error)) {
    case "ERR_PARSE_ARGS_UNKNOWN_OPTION":
      if (["batch", "set", "target", "strict-math"].includes(option)) {
        return `--${option} is fixed when the program is compiled: nnc compile --${option} …`;
      }
      return `there is no option '${/'([^']+)'/.exec(message)?.[1] ?? option}'`;
    case "ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL":
      return `'${/'([^']*)'/.exec(message)?.[1] ?? ""}' is not an option; this program takes no file names`;
    case "ERR_PARSE_ARGS_INVALID_OPTION_VALUE":
      if (message.includes("ambiguous"))
        return `--${option} needs a value; one that begins with '-' goes after '=': --${option}=-1`;
      return message.includes("does not take an argument")
        ? `--${option} takes no value`
        : `--${/--([a-z]+)/.exec(message)?.[1] ?? option} needs a value`;
    default:
      return message.split(/\.?\s*\n|\. /)[0] ?? message;
  }
}

const threadHelp = `  --threads N   threads that share the work (default: what this machine runs at once)
  --no-revectorize
                leave V8's experimental 256-bit vectors alone (used from Node 24 on, after a check)
`;

const backendHelp = `  --backend B   the backend of TensorFlow.js: tensorflow (default), cpu or wasm
`;

const helpText = (
  manifest: Manifest,
): string => `${manifest.dataset === "" ? `Only predicts with ${manifest.model}` : `Trains ${manifest.model} on ${manifest.dataset}`}, compiled by nnc from ${manifest.file} (target ${manifest.target}).

Usage: node train.js [options]

  --data DIR    a folder with data files; you may give several
                (it also looks in its own folder, $NNC_DATA and the cache folder)
  --epochs N    how many times to go through the training data (default ${manifest.epochs})
  --max-steps N, --max-seconds S
                end the training after so many steps in all, or seconds of this run, as after its last epoch
  --limit N     train on only N examples, which the seed chooses; test on all
  --seed N      the seed of all random things, such as weights and order (default ${manifest.seed})
  --memory SIZE how much memory a table may take, such as 500MB (default 2GB); a larger one is read piece by piece
  --save FILE   save the trained weights to FILE, as safetensors
  --force       let --save replace a file that nnc did not write, --checkpoint a state and --log a log
  --checkpoint DIR
                keep the state of the training in DIR: after each epoch, every 60 seconds, on Ctrl-C
  --checkpoint-every SECONDS
                keep it more or less often
  --log DIR     write the history to DIR: history.jsonl and history.csv with each epoch, run.json
  --tensorboard DIR
                write the history as events that TensorBoard shows
  --evaluate FILE
                train nothing: evaluate these weights on the test rows, else on those of validation
  --resume      go on from the state in DIR, to the same bits; begin if there is none
${manifest.threads ? threadHelp : ""}${manifest.target === "tfjs" ? backendHelp : ""}  --json        print one JSON object per line instead of text
  --quiet       show no progress
  -h, --help    print this text

Exit codes: 0 success, 2 wrong usage, 3 failure while running, 130 interrupted. With --save, Ctrl-C
saves the weights first; so do SIGTERM (exit code 143) and SIGHUP (129).
Example: node train.js --epochs 1 --save weights.safetensors`;
