// The command line of a predictor: weights and rows of data → what the model says about each, as a table, JSON lines or arrays.

import { loadWeights, savedSlots } from "../core/api.ts";
import { checkPart, type DataPart, elementsOf, gatherBatch, type RowTaker, rowsOf } from "../core/dataset.ts";
import { asLearned, type Encoders, encodeDataset, type Learned } from "../core/encode.ts";
import { RunError } from "../core/error.ts";
import { type GenerationOptions, generated } from "../core/generate.ts";
import { cellText, type Prediction, predictionReader, writtenReader } from "../core/predictions.ts";
import type { ColumnInfo, Manifest, Program, ProgramOptions } from "../core/program.ts";
import { inRange, rangeText, runRanges } from "../core/ranges.ts";
import { countText, csvLine, safeText } from "../core/text.ts";
import { giveTurn, TURN_MILLISECONDS } from "../core/turn.ts";
import { listText, valueText } from "../core/values.ts";
import { learnedIn } from "../core/weightsFile.ts";
import { type Writing, writeTexts, writingIn, writtenTokens } from "../core/writing.ts";
import { dataFilesIn } from "./files.ts";
import { codeOfSignal, endingSignals } from "./interrupt.ts";
import { messageOf, type Output, openOutput, tell } from "./output.ts";
import { type ArrayCollector, checkInput, collectArrays, predictBatch } from "./predictArrays.ts";
import { openSaving, SaveError, saveFile, saveTarget } from "./save.ts";
import type { Invocation, Trainer } from "./trainer.ts";
import { readWeightsFile } from "./weights.ts";

interface PredictArguments {
  readonly weights?: string;
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
      ...{ data, force, form },
      ...(weights === undefined ? {} : { weights }),
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

  --weights FILE  the trained weights, from nnc train --save; a model without weights needs none
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
    if (parsed.weights === undefined && hasLearned(program)) {
      tell("error: a prediction needs the trained weights: --weights FILE (see --help)");
      return 2;
    }
    const target =
      parsed.out === undefined
        ? undefined
        : saveTarget({
            path: parsed.out,
            force: parsed.force,
            inputs: [...invocation.inputs, ...(parsed.weights === undefined ? [] : [parsed.weights])],
          });
    if (parsed.text !== undefined) {
      await writeText(trainer, program, parsed, parsed.text, { output, target });
      return output.failed() ? 3 : 0;
    }
    await predictAll(trainer, program, parsed, invocation.folder, { output, target });
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

/** Whether a training makes anything that predictions need: weights, or what encoders know of the data. */
const hasLearned = (program: Program): boolean =>
  savedSlots(program).length > 0 ||
  [...program.manifest.inputs, ...(program.manifest.meanings ?? [])].some(({ encoder }) => encoder !== undefined);

/** Loads the weights, if there are any; returns what the training learned beside them. */
function withWeights(program: Program, weights: string | undefined): Learned {
  if (weights === undefined) return {};
  const bytes = readWeightsFile(weights);
  loadWeights(program, bytes, weights);
  return learnedIn(bytes, weights);
}

/** Goes on with a text, on stdout as it comes, or in a file. */
async function writeText(
  { encoders = {} }: Trainer,
  program: Program,
  { weights }: PredictArguments,
  text: GenerationOptions,
  { output, target }: { readonly output: Output; readonly target: string | undefined },
): Promise<void> {
  const learned = withWeights(program, weights);
  const pieces: string[] = [text.prompt];
  let turn = performance.now();
  for (const piece of generated(program, learned, text, encoders)) {
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

/** Predicts for all rows; a file is there when all of them are in it. */
async function predictAll(
  trainer: Trainer,
  program: Program,
  parsed: PredictArguments,
  folder: string | undefined,
  { output, target }: { readonly output: Output; readonly target: string | undefined },
): Promise<void> {
  const encoder = new TextEncoder();
  const file = target === undefined || parsed.form === "safetensors" ? undefined : openSaving(target);
  const remove = removeAtSignals(() => file?.abandon());
  let held: string[] = [];
  const flush = (): void => {
    if (held.length > 0) file?.write(encoder.encode(`${held.join("\n")}\n`));
    held = [];
  };
  try {
    const { count, dropped, arrays } = await predictions(trainer, program, parsed, folder, {
      closed: () => file === undefined && output.closed(),
      line(text) {
        if (file === undefined) output.print(text);
        else if (held.push(text) >= LINES_HELD) flush();
      },
    });
    flush();
    file?.finish();
    if (target !== undefined && arrays !== undefined) saveFile(target, arrays);
    if (dropped > 0)
      tell(
        `left out ${countText(dropped)} ${dropped === 1 ? "row" : "rows"}, as the program says: no prediction stands for them`,
      );
    if (target !== undefined) tell(`${countText(count)} predictions in ${safeText(parsed.out ?? "")}`);
  } finally {
    file?.abandon();
    remove();
  }
}

/** Lines that are written at a time. */
const LINES_HELD = 1000;

/** Calls `clean` before a signal ends the process; returns what takes that back. */
function removeAtSignals(clean: () => void): () => void {
  const handler = (name: NodeJS.Signals): void => {
    clean();
    process.exit(codeOfSignal(name));
  };
  for (const name of endingSignals) process.on(name, handler);
  return () => {
    for (const name of endingSignals) process.off(name, handler);
  };
}

/** Predicts, and gives lines to `line` as they come; returns the number of rows, and the file where the answers are arrays. */
async function predictions(
  trainer: Trainer,
  program: Program,
  { weights, data, input, form, outputs }: PredictArguments,
  folder: string | undefined,
  { line, closed }: { line(text: string): void; closed(): boolean },
): Promise<{ readonly count: number; readonly dropped: number; readonly arrays?: Uint8Array }> {
  const { manifest } = program;
  const { encoders = {} } = trainer;
  const learned = withWeights(program, weights);
  const inputs = asLearned(manifest.inputs, learned, weights ?? manifest.file);
  checkInput(manifest, input);
  const { basename, dirname, resolve } = process.getBuiltinModule("node:path");
  const own = input === undefined ? {} : { file: basename(input), test: undefined, split: undefined, asked: true };
  const places = input === undefined ? data : [dirname(resolve(input)), ...data];
  const { source } = manifest;
  const files = dataFilesIn(
    { ...(folder === undefined ? {} : { folder }), data: places, source: source.name },
    () => {},
  );
  const options: Readonly<Record<string, unknown>> = { ...source.options, ...own };
  const writing = writingIn({ ...manifest, inputs });
  const chosen = chosenOutputs(manifest, outputs);
  if (writing !== undefined && outputs !== undefined)
    throw new RunError("--outputs chooses columns of numbers, and this model writes texts: leave it out");
  // What a model writes, other files need not have.
  const read = writing === undefined || input === undefined ? inputs : writing.given;
  const given = writing?.given ?? inputs;
  const arrays = form === "safetensors" ? collectArrays(program, chosen) : undefined;
  const answers = answering({ program, given, encoders, learned, chosen, writing, form, line, arrays });
  const stop = new AbortController();
  let dropped = 0;
  const rows = rowsTaken(program);
  const taker: RowTaker = {
    ...{ rows, batch: manifest.batch },
    take(part) {
      dropped += part.dropped ?? 0;
      for (const _ of answers.of(part)) if (closed()) return stop.abort();
    },
  };
  // Where a part to test with may follow, only the end says what is asked about; windows reach over what is taken.
  const whole = [options.test, options.split, options.window].some((one) => one !== undefined);
  const request = { name: source.name, options, columns: read, seed: manifest.seed };
  const loaded = await trainer.loadSource({ ...request, ...(whole ? {} : { taker, signal: stop.signal }) }, files);
  // A part to test with is what a program is asked about, where there is one.
  const rest = loaded.test ?? loaded.train;
  if (answers.count() === 0 || rest.count > 0) {
    dropped += rest.dropped ?? 0;
    for (const _ of answers.of(rest)) {
      if (closed()) break;
      await giveTurn();
    }
  }
  return { count: answers.count(), dropped, ...(arrays === undefined ? {} : { arrays: arrays.file() }) };
}

/** Numbers that the rows that are taken at a time have about. */
const NUMBERS_TAKEN = 2 ** 20;

/** How many rows are taken at a time: some batches of them. */
function rowsTaken({ manifest: { batch, inputs } }: Program): number {
  const numbers = inputs.reduce((sum, { shape }) => sum + elementsOf(shape), 1);
  return batch * Math.max(1, Math.floor(NUMBERS_TAKEN / (batch * numbers)));
}

interface Asked {
  readonly program: Program;
  readonly given: readonly ColumnInfo[];
  readonly encoders: Encoders;
  readonly learned: Learned;
  readonly chosen: Manifest["outputs"];
  readonly writing: Writing | undefined;
  readonly form: PredictArguments["form"];
  readonly arrays: ArrayCollector | undefined;
  line(text: string): void;
}

/** Answers parts of the data, one after another. */
interface Answers {
  /** Answers the rows of a part batch by batch. */
  of(part: DataPart): Generator<void>;
  /** The number of rows so far. */
  count(): number;
}

function answering({ program, given, encoders, learned, chosen, writing, form, arrays, line }: Asked): Answers {
  const { manifest } = program;
  const { batch } = manifest;
  const tokens = writing === undefined ? undefined : writtenTokens(writing, learned, encoders);
  const reader = predictionReader({ ...manifest, outputs: chosen }, learned, encoders);
  let done = 0;
  const write = (predictions: readonly Prediction[]): void => {
    for (const [i, prediction] of predictions.entries()) {
      if (form === "csv" && done + i === 0) line(csvLine(prediction.map(([name]) => name)));
      line(form === "csv" ? csvLine(prediction.map(([, value]) => cellText(value))) : jsonLine(prediction));
    }
  };
  return {
    count: () => done,
    *of(raw) {
      const { part } = encodeDataset({ train: rowsOf(raw) }, given, encoders, learned).train;
      checkPart(part, given, `${manifest.source.name}()`);
      const rows = rowsOf(part);
      const texts =
        writing === undefined || tokens === undefined
          ? undefined
          : writtenReader(part, writing, (start, n) => writeTexts(program, writing, tokens, rows, start, n));
      for (let start = 0; start < part.count; start += batch) {
        const n = Math.min(batch, part.count - start);
        if (texts !== undefined) write(texts(start, n));
        else {
          gatherBatch(rows, undefined, start, n, manifest.inputs, program.inputs);
          predictBatch(program, done, n);
          if (arrays !== undefined) arrays.add(n);
          else write(Array.from({ length: n }, (_, i) => reader(program.outputs, i)));
        }
        done += n;
        yield;
      }
    },
  };
}

/** Returns the outputs of these names. Throws a RunError for a name that no output has. */
function chosenOutputs({ outputs }: Manifest, names: readonly string[] | undefined): Manifest["outputs"] {
  const missing = names?.find((name) => !outputs.some((output) => output.name === name));
  if (missing === undefined) return outputs.filter(({ name }) => names?.includes(name) ?? true);
  const known = listText(outputs.map(({ name }) => name));
  throw new RunError(`--outputs: the model has no output '${safeText(missing)}', but ${known}`);
}

const jsonLine = (prediction: Prediction): string =>
  `{${prediction.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(",")}}`;
