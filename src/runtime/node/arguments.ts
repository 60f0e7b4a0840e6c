// The command line of a trainer, as data. It knows the options and their ranges, and does nothing with them.

import type { Manifest } from "../core/program.ts";
import { inRange, rangeText, runRanges } from "../core/ranges.ts";
import { valueText } from "../core/values.ts";
import { errorCode } from "./reasons.ts";

export interface TrainerArguments {
  readonly data: readonly string[];
  readonly epochs: number;
  readonly limit?: number;
  readonly seed: number;
  readonly save?: string;
  /** Whether `save` may replace a file that nnc did not write. */
  readonly force: boolean;
  /** Default: as many as the machine runs at once. */
  readonly threads?: number;
  readonly revectorize: boolean;
  /** Of target `tfjs`; default `tensorflow`. */
  readonly backend?: string;
  readonly json: boolean;
  readonly quiet: boolean;
}

export type ParsedArguments =
  | { readonly run: TrainerArguments }
  | { readonly help: string }
  /** One line that says what is wrong. */
  | { readonly wrong: string };

const backends: readonly string[] = ["tensorflow", "cpu", "wasm"];

const read = (args: readonly string[]) =>
  process.getBuiltinModule("node:util").parseArgs({
    args: [...args],
    options: {
      data: { type: "string", multiple: true },
      epochs: { type: "string" },
      limit: { type: "string" },
      seed: { type: "string" },
      save: { type: "string" },
      force: { type: "boolean" },
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
      revectorize: values["no-revectorize"] !== true,
      force: values.force === true,
      json: values.json === true,
      quiet: values.quiet === true,
      ...(limit === undefined ? {} : { limit: Number(limit) }),
      ...(threads === undefined ? {} : { threads: Number(threads) }),
      ...(backend === undefined ? {} : { backend }),
      ...(save === undefined ? {} : { save }),
    },
  };
}

/** What is wrong with values, one sentence each. */
function misfits(values: Values, manifest: Manifest): readonly string[] {
  const wrong: string[] = [];
  for (const name of ["epochs", "limit", "seed", "threads"] as const) {
    const text = values[name];
    if (text !== undefined && !(/^\d+$/.test(text) && inRange(Number(text), runRanges[name])))
      wrong.push(`--${name} must be a whole number ${rangeText(runRanges[name])}, not ${valueText(text)}`);
  }
  const { threads, backend, save, data } = values;
  if (Number(threads ?? 1) > 1 && !manifest.threads)
    wrong.push(`--threads ${threads}: a program compiled for target ${manifest.target} runs on one thread`);
  if (backend !== undefined && manifest.target !== "tfjs")
    wrong.push(`--backend ${backend}: a program compiled for target ${manifest.target} has no backends`);
  else if (backend !== undefined && !backends.includes(backend))
    wrong.push(`--backend must be one of ${backends.join(", ")}, not ${valueText(backend)}`);
  if (save === "") wrong.push("--save needs the name of a file");
  if (data?.includes("") === true) wrong.push("--data needs the name of a folder");
  return wrong;
}

/** What parseArgs found wrong, in one line. */
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
      return `'${/'([^']*)'/.exec(message)?.[1] ?? ""}' is no option; this program takes no file names`;
    case "ERR_PARSE_ARGS_INVALID_OPTION_VALUE":
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

const backendHelp = `  --backend B   tensorflow (default), cpu or wasm: which TensorFlow.js computes
`;

const helpText = (
  manifest: Manifest,
): string => `Trains ${manifest.model} on ${manifest.dataset}, compiled by nnc from ${manifest.file} (target ${manifest.target}).

Usage: node train.js [options]

  --data DIR    a folder with data files; may be given several times
                (also looked in: this program's folder, $NNC_DATA, the cache folder)
  --epochs N    how often to go through the training data (default ${manifest.epochs})
  --limit N     train on N examples only, chosen by the seed; all test examples are used
  --seed N      of weights, order and all else that is random (default ${manifest.seed})
  --save FILE   save the trained weights there, as safetensors
  --force       let --save replace a file that nnc did not write
${manifest.threads ? threadHelp : ""}${manifest.target === "tfjs" ? backendHelp : ""}  --json        print one JSON object a line instead of text
  --quiet       no progress
  -h, --help    this text

Exit codes: 0 fine, 2 wrong usage, 3 failed while running, 130 interrupted (Ctrl-C saves first
what --save asks for; so do SIGTERM, 143, and SIGHUP, 129).
Example: node train.js --epochs 1 --save weights.safetensors`;
