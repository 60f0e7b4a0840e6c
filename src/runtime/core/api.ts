// A compiled model as a value for programs, in Node or a browser page: they train it, predict, and read and write weights.
// It adds types and checks to a Program; it does not know files, screens or the origin of data.

import {
  checkDataset,
  checkEvaluated,
  checkProgramOptions,
  checkSamples,
  checkSeed,
  checkThreads,
  checkTraining,
} from "./border.ts";
import { type Dataset, elementsOf, type Rows } from "./dataset.ts";
import type { Learned } from "./encode.ts";
import { RunError } from "./error.ts";
import { readSafetensors, storedNumbers, writeSafetensors } from "./formats/safetensors.ts";
import { evaluateProgram, type History, type TrainEvents, type TrainOptions, trainProgram } from "./loop.ts";
import type { Manifest, MetricValue, Numbers, Program, ProgramOptions } from "./program.ts";
import { safeText } from "./text.ts";
import { type Transfer, takeWeights, weightsToBegin } from "./transfer.ts";
import { typedArrayName, valueText } from "./values.ts";

/** A weight or moving statistic: `values` is a live view, row-major in `shape`. */
export interface Weight {
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array;
}

export interface Model {
  readonly program: Program;
  /** Sets every weight, statistic and optimizer slot to its initial value for a seed. */
  initialize(seed: number): void;
  /** Checks the data columns, then trains from the present weights. Throws RunError. */
  train(data: Dataset, options?: TrainOptions, events?: TrainEvents): Promise<History>;
  /** Returns the metrics over all rows by name, `loss` first. */
  evaluate(rows: Rows): Promise<Readonly<Record<string, MetricValue>>>;
  /**
   * Returns outputs for `count` samples, by name; each input holds `count` samples one after another. Any count will do: the
   * model works through it in batches. The results are the caller's own.
   */
  predict(inputs: Readonly<Record<string, ArrayLike<number>>>, count: number): Record<string, Numbers>;
  /** Weights and moving statistics by name: `conv2d/kernel`. */
  weights(): ReadonlyMap<string, Weight>;
  /** Sets weights and statistics from a safetensors file with the same names and shapes. Throws FormatError or RunError. */
  load(bytes: Uint8Array, where?: string): void;
  /**
   * Takes the weights of another model's safetensors file that fit by name and shape, as a training does whose program names a file.
   * Throws FormatError or RunError.
   */
  begin(bytes: Uint8Array, where?: string): Transfer;
  /** Returns weights and statistics as the bytes of a safetensors file. */
  save(): Uint8Array;
  /** Ends its threads, if it has any. You can still read and save its weights, but it computes nothing more. */
  close(): void;
}

/** Makes a model with its own memory, initialized with `seed` (default: the program's). Throws RunError. */
export function modelFrom(
  createProgram: (options?: ProgramOptions) => Program,
  seed?: number,
  options?: ProgramOptions,
): Model {
  checkSeed(seed, "createModel");
  checkProgramOptions(options);
  const program = createProgram(options);
  const { manifest } = program;
  checkThreads(options?.threads, manifest);
  program.initialize(seed ?? manifest.seed);
  let training = false;
  let begun = manifest.begin === undefined;
  return {
    program,
    initialize: (newSeed) => {
      checkSeed(newSeed ?? Number.NaN, "initialize");
      program.initialize(newSeed);
    },
    train: async (data, options, events) => {
      if (manifest.dataset === "") throw new RunError("train: the program has no training for this model");
      checkTraining(options, events);
      checkDataset(data, manifest.columns);
      if (!begun) throw new RunError(unbegunText(manifest));
      if (training) throw new RunError("train: this model is being trained already; await that training first");
      training = true;
      try {
        return await trainProgram(program, data, options, events);
      } finally {
        training = false;
      }
    },
    evaluate: async (rows) => {
      checkEvaluated(rows, manifest.columns);
      const values = await evaluateProgram(program, rows);
      return Object.fromEntries(manifest.metrics.map((name, i) => [name, values?.[i] ?? Number.NaN]));
    },
    predict: (inputs, count) => {
      checkSamples(inputs, count, manifest);
      return predictSamples(program, inputs, count);
    },
    weights: () => weightsOf(program),
    load: (bytes, where = "weights") => {
      checkBytes(bytes, "load");
      loadWeights(program, bytes, where);
      begun = true;
    },
    begin: (bytes, where = "weights") => {
      checkBytes(bytes, "begin");
      const transfer = takeWeights(program, weightsToBegin(bytes, where));
      begun = true;
      return transfer;
    },
    save: () => saveWeights(program),
    close: () => program.close(),
  };
}

function checkBytes(bytes: unknown, method: string): void {
  if (typedArrayName(bytes) !== "Uint8Array")
    throw new RunError(`${method} takes the bytes of a safetensors file, a Uint8Array, not ${valueText(bytes)}`);
}

const unbegunText = ({ begin }: Manifest): string =>
  `train: the program begins with the weights of '${safeText(begin?.file ?? "")}'; hand them over first: model.begin(bytes)`;

/** Returns live views of the weights and moving statistics of a program. */
export function weightsOf(program: Program): ReadonlyMap<string, Weight> {
  return new Map(savedSlots(program).map(({ name, shape, values }) => [name, { shape, values }]));
}

/** Writes weights and statistics as a safetensors file, with the program's names and what encoders learned as metadata. */
export function saveWeights(program: Program, learned: Learned = {}): Uint8Array {
  const { file, model, dataset } = program.manifest;
  return writeSafetensors(
    savedSlots(program),
    new Map([
      ["producer", "nnc"],
      ["program", file],
      ["model", model],
      ["dataset", dataset],
      ...(Object.keys(learned).length === 0 ? [] : [["learned", JSON.stringify(learned)] as const]),
    ]),
  );
}

/** The opposite of saveWeights. It changes nothing unless everything fits. Throws FormatError or RunError. */
export function loadWeights(program: Program, bytes: Uint8Array, where: string): void {
  const { tensors } = readSafetensors(bytes, where);
  const slots = savedSlots(program);
  const names = new Set(slots.map((slot) => slot.name));
  const extra = [...tensors.keys()].find((name) => !names.has(name));
  if (extra !== undefined)
    throw new RunError(`${where}: has '${safeText(extra)}', which ${program.manifest.model} does not have`);
  const loaded = slots.map(({ name, shape, values }) => {
    const tensor = tensors.get(name);
    if (tensor === undefined) throw new RunError(`${where}: has no '${name}'`);
    if (tensor.shape.join() !== shape.join()) {
      throw new RunError(
        `${where}: '${name}' is [${tensor.shape.join(", ")}], but the model's is [${shape.join(", ")}]`,
      );
    }
    const numbers = storedNumbers(tensor);
    if (numbers === undefined || numbers.constructor !== values.constructor) {
      throw new RunError(
        `${where}: '${name}' is ${tensor.dtype}, but the model's is ${values instanceof Float32Array ? "F32" : "I32"}`,
      );
    }
    return { values, numbers };
  });
  for (const { values, numbers } of loaded) values.set(numbers);
}

/** Returns the slots that a file of weights holds: neither the optimizer's slots nor running metrics. */
export const savedSlots = (program: Program) =>
  program.slots.filter(({ role }) => role === "weight" || role === "state");

function predictSamples(
  program: Program,
  inputs: Readonly<Record<string, ArrayLike<number>>>,
  count: number,
): Record<string, Numbers> {
  const { manifest } = program;
  const columns = manifest.inputs.map((info) => ({
    from: inputs[info.name] as ArrayLike<number>,
    elements: elementsOf(info.shape),
    to: program.inputs[info.name] as Numbers,
  }));
  const outputs = manifest.outputs.map(({ name, shape }) => {
    const from = program.outputs[name] as Numbers;
    const elements = elementsOf(shape);
    const length = count * elements;
    const to: Numbers =
      from instanceof Float32Array
        ? new Float32Array(length)
        : from instanceof Int32Array
          ? new Int32Array(length)
          : new Uint8Array(length);
    return { name, from, elements, to };
  });
  for (let start = 0; start < count; start += manifest.batch) {
    const n = Math.min(manifest.batch, count - start);
    for (const { from, elements, to } of columns) {
      for (let i = 0; i < n * elements; i++) to[i] = from[start * elements + i] as number;
    }
    program.predict(n);
    for (const { from, elements, to } of outputs) to.set(from.subarray(0, n * elements), start * elements);
  }
  return Object.fromEntries(outputs.map(({ name, to }) => [name, to]));
}
