// The command line of a predictor: weights and rows of data → what the model says about each, as a table, JSON lines or arrays.

import { loadWeights } from "../core/api.ts";
import { checkPart, gatherBatch, rowsOf } from "../core/dataset.ts";
import { asLearned, encodeDataset } from "../core/encode.ts";
import { RunError } from "../core/error.ts";
import { type GenerationOptions, generated } from "../core/generate.ts";
import { cellText, type Prediction, predictionReader, writtenReader } from "../core/predictions.ts";
import type { Manifest, Program, ProgramOptions } from "../core/program.ts";
import { inRange, rangeText, runRanges } from "../core/ranges.ts";
import { countText, csvLine, safeText } from "../core/text.ts";
import { giveTurn, TURN_MILLISECONDS } from "../core/turn.ts";
import { listText, valueText } from "../core/values.ts";
import { learnedIn } from "../core/weightsFile.ts";
import { writeTexts, writingIn, writtenTokens } from "../core/writing.ts";
import { dataFilesIn } from "./files.ts";
import { messageOf, type Output, openOutput, tell } from "./output.ts";
import { checkInput, predictBatch, predictedArrays } from "./predictArrays.ts";
import { SaveError, saveFile, saveTarget } from "./save.ts";
import type { Invocation, Trainer } from "./trainer.ts";
import { readWeightsFile } from "./weights.ts";

interface PredictArguments {
  readonly weights: string;
  readonly data: readonly string[];
  readonly input?: string;
  readonly out?: string;
  readonly form: "csv" | "jsonl" | "safetensors";
  readonly force: boolean;
  /** The outputs to write, by the names of their columns; all without it. */
  readonly outputs?: readonly string[];
  /** A text to go on with, instead of rows to predict for. */
  readonly text?: GenerationOptions;
}

/** Reads what the options say about writing text; undefined without a prompt. */
function textIn(values: Readonly<Record<string, unknown>>): GenerationOptions | undefined | { readonly wrong: string } {
  const { prompt } = values;
  const extra = ["length", "temperature", "top-k", "seed"].find((name) => values[name] !== undefined);
  if (typeof prompt !== "string") return extra === undefined ? undefined : { wrong: `--${extra} needs --prompt TEXT` };
  const number = (name: string, usual: number): number => (values[name] === undefined ? usual : Number(values[name]));
  const [length, temperature, topK, seed] = [
    number("length", 200),
    number("temperature", 1),
    number("top-k", 0),
    number("seed", 0),
  ];
  if (!inRange(length, { min: 1, max: 1_000_000 }))
    return { wrong: "--length must be a whole number from 1 to 1,000,000" };
  if (!(temperature >= 0 && temperature <= 100)) return { wrong: "--temperature must be a number from 0 to 100" };
  if (values["top-k"] !== undefined && !inRange(topK, { min: 1, max: 1_000_000 }))
    return { wrong: "--top-k must be a whole number of at least 1" };
  if (!inRange(seed, runRanges.seed)) return { wrong: `--seed must be a whole number ${rangeText(runRanges.seed)}` };
  return { prompt, length, temperature, seed, ...(topK === 0 ? {} : { topK }) };
}

/** Reads the arguments; one line says what is wrong with them. */
function parsePredictArguments(
  args: readonly string[],
): PredictArguments | { readonly wrong: string } | { readonly help: true } {
  try {
    const { values } = process.getBuiltinModule("node:util").parseArgs({
      args: [...args],
      options: {
        weights: { type: "string" },
        data: { type: "string", multiple: true },
        input: { type: "string" },
        out: { type: "string" },
        format: { type: "string" },
        force: { type: "boolean" },
        outputs: { type: "string" },
        prompt: { type: "string" },
        length: { type: "string" },
        temperature: { type: "string" },
        "top-k": { type: "string" },
        seed: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
    const { weights, data = [], input, out, force = false, help } = values;
    if (help === true) return { help };
    if (weights === undefined) return { wrong: "a prediction needs the trained weights: --weights FILE" };
    const form = values.format ?? ["jsonl", "safetensors"].find((one) => out?.endsWith(`.${one}`)) ?? "csv";
    if (form !== "csv" && form !== "jsonl" && form !== "safetensors")
      return { wrong: `--format must be csv, jsonl or safetensors, not ${valueText(form)}` };
    if (form === "safetensors" && out === undefined)
      return { wrong: "arrays go to a file, not to the screen: --out FILE.safetensors" };
    const text = textIn(values);
    if (text !== undefined && "wrong" in text) return text;
    if (text !== undefined && input !== undefined)
      return { wrong: "--prompt goes on with a text; --input has rows to predict for" };
    const { outputs } = values;
    if (text !== undefined && outputs !== undefined)
      return { wrong: "--prompt writes a text; --outputs chooses columns" };
    return {
      weights,
      data,
      force,
      form,
      ...(outputs === undefined ? {} : { outputs: outputs.split(",") }),
      ...(text === undefined ? {} : { text }),
      ...(input === undefined ? {} : { input }),
      ...(out === undefined ? {} : { out }),
    };
  } catch (error) {
    return { wrong: (error instanceof Error ? error.message : String(error)).split(". ")[0] ?? "" };
  }
}

const predictHelp = `Predicts for rows of data.

Usage: node predict.js --weights FILE [options]

  --weights FILE  the trained weights, from nnc train --save
  --input FILE    the file, folder or picture to predict for (default: the one that the program names)
  --data DIR      a folder with data files; you may give several
  --out FILE      where to write (default: stdout); FILE.safetensors holds an array for each output
  --format F      csv, or jsonl: one JSON object a line (default: by the name of --out, else csv)
  --outputs NAMES write only these outputs of the model, NAME,NAME
  --prompt TEXT   go on with this text; the model is one of language
  --length N      how many characters to write, or tokens of a model of tokens (default: 200)
  --temperature T 1 draws as the model says, less is surer, 0 takes the likeliest (default: 1)
  --top-k K       draw from the K likeliest of them (default: all)
  --seed N        seed of what is drawn (default: 0)
  --force         let --out replace a file
  -h, --help      print this text`;

/** Runs a predictor's command line; returns the exit code: 0, 2 wrong usage, 3 failure while running. */
export async function runPredictor(trainer: Trainer, invocation: Invocation): Promise<number> {
  const parsed = parsePredictArguments(invocation.args);
  const output = openOutput();
  if ("help" in parsed) {
    output.print(predictHelp);
    return 0;
  }
  if ("wrong" in parsed) {
    tell(`error: ${parsed.wrong} (see --help)`);
    return 2;
  }
  let program: Program | undefined;
  try {
    program = await trainer.createProgram(optionsFor(trainer.manifest));
    const target =
      parsed.out === undefined
        ? undefined
        : saveTarget({ path: parsed.out, force: parsed.force, inputs: [...invocation.inputs, parsed.weights] });
    if (parsed.text !== undefined) {
      await writeText(trainer, program, parsed, parsed.text, { output, target });
      return output.failed() ? 3 : 0;
    }
    const { count, written } = await predictions(trainer, program, parsed, invocation.folder);
    if (target === undefined) {
      if (!(written instanceof Uint8Array)) for (const line of written) output.print(line);
    } else {
      saveFile(target, written instanceof Uint8Array ? written : encodedLines(written));
      tell(`${countText(count)} predictions in ${safeText(parsed.out ?? "")}`);
    }
    await new Promise((resolve) => setImmediate(resolve));
    return output.failed() ? 3 : 0;
  } catch (error) {
    tell(`error: ${messageOf(error)}`);
    return error instanceof SaveError ? 2 : 3;
  } finally {
    program?.close();
  }
}

/** Texts take many predictions each, so all threads write them. */
const optionsFor = (manifest: Manifest): ProgramOptions =>
  manifest.threads && writingIn(manifest) !== undefined
    ? { threads: process.getBuiltinModule("node:os").availableParallelism() }
    : {};

/** Goes on with a text, on stdout as it comes, or in a file. */
async function writeText(
  { encoders = {} }: Trainer,
  program: Program,
  { weights }: PredictArguments,
  text: GenerationOptions,
  { output, target }: { readonly output: Output; readonly target: string | undefined },
): Promise<void> {
  const bytes = readWeightsFile(weights);
  loadWeights(program, bytes, weights);
  const pieces: string[] = [text.prompt];
  let turn = performance.now();
  for (const piece of generated(program, learnedIn(bytes, weights), text, encoders)) {
    if (target === undefined) output.piece(pieces.splice(0).join("") + piece);
    else pieces.push(piece);
    if (output.closed()) return;
    if (performance.now() - turn < TURN_MILLISECONDS) continue;
    await giveTurn();
    turn = performance.now();
  }
  if (target === undefined) output.print("");
  else saveFile(target, new TextEncoder().encode(`${pieces.join("")}\n`));
  await new Promise((resolve) => setImmediate(resolve));
}

/** The bytes of lines, each by itself: all of them may be more than one string holds. */
function* encodedLines(lines: readonly string[]): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  for (const line of lines) yield encoder.encode(`${line}\n`);
}

async function predictions(
  trainer: Trainer,
  program: Program,
  { weights, data, input, form, outputs }: PredictArguments,
  folder: string | undefined,
): Promise<{ readonly count: number; readonly written: readonly string[] | Uint8Array }> {
  const { manifest } = program;
  const { encoders = {} } = trainer;
  const bytes = readWeightsFile(weights);
  const learned = learnedIn(bytes, weights);
  loadWeights(program, bytes, weights);
  const inputs = asLearned(manifest.inputs, learned, weights);
  checkInput(manifest, input);
  const { basename, dirname, resolve } = process.getBuiltinModule("node:path");
  const own = input === undefined ? {} : { file: basename(input), test: undefined, split: undefined, asked: true };
  const places = input === undefined ? data : [dirname(resolve(input)), ...data];
  const { source } = manifest;
  const files = dataFilesIn(
    { ...(folder === undefined ? {} : { folder }), data: places, source: source.name },
    () => {},
  );
  const options = { ...source.options, ...own };
  const writing = writingIn({ ...manifest, inputs });
  const chosen = chosenOutputs(manifest, outputs);
  if (writing !== undefined && outputs !== undefined)
    throw new RunError("--outputs chooses columns of numbers, and this model writes texts: leave it out");
  // What a model writes, other files need not have.
  const read = writing === undefined || input === undefined ? inputs : writing.given;
  const loaded = await trainer.loadSource({ name: source.name, options, columns: read, seed: manifest.seed }, files);
  // A part to test with is what a program is asked about, where there is one.
  const given = writing?.given ?? inputs;
  const { part } = encodeDataset({ train: rowsOf(loaded.test ?? loaded.train) }, given, encoders, learned).train;
  checkPart(part, given, `${source.name}()`);
  const rows = rowsOf(part);
  if (form === "safetensors") return { count: part.count, written: await predictedArrays(program, part, chosen) };
  if (writing !== undefined) {
    const tokens = writtenTokens(writing, learned, encoders);
    const textsOf = (start: number, n: number) => writeTexts(program, writing, tokens, rows, start, n);
    const texts = await linesOf(program, part.count, writtenReader(part, writing, textsOf), form);
    return { count: part.count, written: texts };
  }
  const reader = predictionReader({ ...manifest, outputs: chosen }, learned, encoders);
  const predicted = (start: number, n: number): readonly Prediction[] => {
    gatherBatch(rows, undefined, start, n, manifest.inputs, program.inputs);
    predictBatch(program, start, n);
    return Array.from({ length: n }, (_, i) => reader(program.outputs, i));
  };
  return { count: part.count, written: await linesOf(program, part.count, predicted, form) };
}

/** Returns the outputs of these names. Throws a RunError for a name that no output has. */
function chosenOutputs({ outputs }: Manifest, names: readonly string[] | undefined): Manifest["outputs"] {
  const missing = names?.find((name) => !outputs.some((output) => output.name === name));
  if (missing === undefined) return outputs.filter(({ name }) => names?.includes(name) ?? true);
  const known = listText(outputs.map(({ name }) => name));
  throw new RunError(`--outputs: the model has no output '${safeText(missing)}', but ${known}`);
}

/** Returns the lines of a table, or of JSON objects; `predict` says what the model says about `n` rows from `start` on. */
async function linesOf(
  { manifest: { batch } }: Program,
  count: number,
  predict: (start: number, n: number) => readonly Prediction[],
  form: "csv" | "jsonl",
): Promise<readonly string[]> {
  const lines: string[] = [];
  for (let start = 0; start < count; start += batch) {
    for (const prediction of predict(start, Math.min(batch, count - start))) {
      if (form === "csv" && lines.length === 0) lines.push(csvLine(prediction.map(([name]) => name)));
      lines.push(form === "csv" ? csvLine(prediction.map(([, value]) => cellText(value))) : jsonLine(prediction));
    }
    await giveTurn();
  }
  return lines;
}

const jsonLine = (prediction: Prediction): string =>
  `{${prediction.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(",")}}`;
