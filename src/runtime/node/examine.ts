// The command line of an examiner: trained weights → examples.json, what the model says about rows that it has not seen. Only nnc
// runs it, for a report.

import { loadWeights } from "../core/api.ts";
import { checkPart, type DataPart, type Dataset, divideData } from "../core/dataset.ts";
import { asLearned, encodeDataset } from "../core/encode.ts";
import { examineModel } from "../core/examine.ts";
import type { Program } from "../core/program.ts";
import { learnedIn } from "../core/weightsFile.ts";
import { dataFilesIn, withoutFolders } from "./files.ts";
import { hearInterrupts } from "./interrupt.ts";
import { messageOf, tell } from "./output.ts";
import { saveFile } from "./save.ts";
import type { Invocation, Trainer } from "./trainer.ts";
import { readWeightsFile } from "./weights.ts";

interface ExamineArguments {
  readonly weights: string;
  readonly data: readonly string[];
  readonly out: string;
  readonly seed: number;
  readonly limit?: number;
}

function readExamineArguments(args: readonly string[], seed: number): ExamineArguments {
  const { values } = process.getBuiltinModule("node:util").parseArgs({
    args: [...args],
    options: {
      weights: { type: "string" },
      data: { type: "string", multiple: true },
      out: { type: "string" },
      seed: { type: "string" },
      limit: { type: "string" },
    },
  });
  const { weights = "", data = [], out = "", limit } = values;
  return {
    ...{ weights, data, out, seed: Number(values.seed ?? seed) },
    ...(limit === undefined ? {} : { limit: Number(limit) }),
  };
}

/** Runs an examiner; returns the exit code: 0, 3 failure while running. */
export async function runExaminer(trainer: Trainer, { args, folder }: Invocation): Promise<number> {
  const { manifest } = trainer;
  let program: Program | undefined;
  // Nothing is lost: the findings are written whole or not at all.
  const interrupts = hearInterrupts(() => {});
  interrupts.signal.addEventListener("abort", () => process.exit(interrupts.code()));
  try {
    const given = readExamineArguments(args, manifest.seed);
    program = await trainer.createProgram(
      manifest.threads ? { threads: process.getBuiltinModule("node:os").availableParallelism() } : {},
    );
    const findings = await examined(trainer, program, given, folder);
    const text = JSON.stringify(findings, (key, value: unknown) =>
      value instanceof Uint8Array && key === "pixels" ? Buffer.from(value).toString("base64") : value,
    );
    saveFile(given.out, new TextEncoder().encode(`${text}\n`));
    return 0;
  } catch (error) {
    tell(`error: ${messageOf(error)}`);
    return 3;
  } finally {
    interrupts.remove();
    program?.close();
  }
}

async function examined(
  trainer: Trainer,
  program: Program,
  { weights, data, seed, limit }: ExamineArguments,
  folder: string | undefined,
) {
  const { encoders = {}, manifest } = trainer;
  const { source, split } = manifest;
  const bytes = readWeightsFile(weights);
  const learned = learnedIn(bytes, weights);
  program.initialize(seed);
  loadWeights(program, bytes, weights);
  const columns = asLearned(manifest.columns, learned, weights);
  const places = { ...(folder === undefined ? {} : { folder }), data, source: source.name };
  const key = split.column === undefined ? {} : { key: split.column };
  const loaded = await trainer.loadSource(
    { name: source.name, options: source.options, columns, seed, ...key },
    dataFilesIn(places, () => {}),
  );
  const short = (one: DataPart): DataPart => {
    const { place } = one;
    return place === undefined ? one : { ...one, place: (row) => withoutFolders(place(row), places) };
  };
  const { train, test } = loaded;
  const named = { train: short(train), ...(test === undefined ? {} : { test: short(test) }) };
  const divided = divideData(named, split, seed, limit);
  const part: keyof Dataset =
    divided.test !== undefined ? "test" : divided.validation !== undefined ? "validation" : "train";
  const raw = divided[part] ?? divided.train;
  const rows = encodeDataset({ train: raw }, columns, encoders, learned).train;
  checkPart(rows.part, columns, `${source.name}()`);
  return examineModel(program, { part, rows, raw: raw.part.running === undefined ? raw : rows }, learned, encoders);
}
