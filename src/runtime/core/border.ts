// Checks everything that programs hand to a model: settings, rows, samples. Each refusal is one RunError that names the
// thing, the given value and the expected one. It computes nothing.

import { checkPart, type Dataset, elementsOf, type Rows } from "./dataset.ts";
import { RunError } from "./error.ts";
import type { TrainEvents, TrainOptions } from "./loop.ts";
import type { ColumnInfo, Manifest, ProgramOptions } from "./program.ts";
import { inRange, type Range, rangeText, runRanges } from "./ranges.ts";
import { safeText } from "./text.ts";
import { expectedText, firstMisfit, typedArrayName, valueText } from "./values.ts";

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && typedArrayName(value) === undefined && !Array.isArray(value);

/** Throws RunError unless the value is a whole number of the range, or undefined. */
function checkWhole(value: unknown, name: string, range: Range): void {
  if (value === undefined || inRange(value, range)) return;
  throw new RunError(`${name} must be a whole number ${rangeText(range)}, not ${valueText(value)}`);
}

/** Throws RunError unless the value is a record with no other fields than these, or undefined. */
function checkFields(value: unknown, owner: string, names: readonly string[], advice = ""): void {
  if (value === undefined) return;
  if (!isObject(value))
    throw new RunError(`${owner}: options are a record, { ${names[0]}: … }, not ${valueText(value)}`);
  const other = Object.keys(value).find((name) => !names.includes(name));
  if (other === undefined) return;
  throw new RunError(`${owner}: there is no '${safeText(other)}'; there are ${names.join(", ")}${advice}`);
}

/** Checks that a value is a model that can do what is asked of it: `train`, `predict`. Throws RunError. */
export function checkModel(model: unknown, asked: "train" | "predict"): void {
  if (!isObject(model) || typeof model[asked] !== "function")
    throw new RunError(`${asked} takes the model that createModel makes, not ${valueText(model)}`);
}

/** Checks the seed of a model. Throws RunError. */
export const checkSeed = (seed: unknown, owner: string): void => checkWhole(seed, `${owner}: seed`, runRanges.seed);

/** Checks the options of a new model. Throws RunError. */
export function checkProgramOptions(options: ProgramOptions | undefined): void {
  const owner = "createModel";
  checkFields(options, owner, ["threads", "variant", "revectorize", "backend"]);
  const { threads, variant, revectorize, backend } = options ?? {};
  checkWhole(threads, `${owner}: threads`, runRanges.threads);
  if (variant !== undefined && !["plain", "relaxed", "wide"].includes(variant))
    throw new RunError(`${owner}: variant must be 'plain', 'relaxed' or 'wide', not ${valueText(variant)}`);
  if (revectorize !== undefined && typeof revectorize !== "boolean")
    throw new RunError(`${owner}: revectorize must be true or false, not ${valueText(revectorize)}`);
  if (backend !== undefined && typeof backend !== "string")
    throw new RunError(`${owner}: backend must be a name, not ${valueText(backend)}`);
}

/** Throws RunError if the options ask for threads that the target does not have. */
export function checkThreads(threads: number | undefined, { target, threads: has }: Manifest): void {
  if (threads !== undefined && threads > 1 && !has)
    throw new RunError(`createModel: threads must be 1, not ${threads}: target ${target} runs on one thread`);
}

/** Checks the options of a training and its listeners. Throws RunError. */
export function checkTraining(options: TrainOptions | undefined, events: TrainEvents | undefined): void {
  const fixed = "; the batch and all else are fixed when the program is compiled";
  checkFields(options, "train", ["epochs", "seed", "signal", "from", "maxSteps", "maxSeconds"], fixed);
  checkWhole(options?.epochs, "train: epochs", runRanges.epochs);
  checkWhole(options?.maxSteps, "train: maxSteps", runRanges.maxSteps);
  const seconds: unknown = options?.maxSeconds;
  if (seconds !== undefined && !(typeof seconds === "number" && seconds > 0))
    throw new RunError(`train: maxSeconds must be a number above 0, not ${valueText(seconds)}`);
  checkSeed(options?.seed, "train");
  const signal: unknown = options?.signal;
  if (signal !== undefined && !(typeof signal === "object" && signal !== null && "aborted" in signal))
    throw new RunError(`train: signal must be an AbortSignal, not ${valueText(signal)}`);
  checkFields(events, "train", ["onProgress", "onEpoch", "onState", "wantsState"]);
  for (const [name, call] of Object.entries(events ?? {}))
    if (call !== undefined && typeof call !== "function")
      throw new RunError(`train: ${name} must be a function, not ${valueText(call)}`);
}

/** Checks that rows have all columns that the program reads, with values that fit. Throws RunError. */
function checkRows(rows: unknown, columns: readonly ColumnInfo[], where: string): asserts rows is Rows {
  const shape = `allRows({ count, columns: { ${columns.map(({ name }) => safeText(name)).join(", ")} } })`;
  if (!isObject(rows) || !isObject(rows.part) || typedArrayName(rows.rows) !== "Int32Array")
    throw new RunError(`${where} must be rows, as ${shape} makes them, not ${valueText(rows)}`);
  const { part } = rows as unknown as Rows;
  checkPart(part, columns, where);
  const numbers = rows.rows as Int32Array;
  if (numbers.length === 0) throw new RunError(`${where}: there are no rows`);
  const bad = numbers.findIndex((row) => row < 0 || row >= part.count);
  if (bad >= 0)
    throw new RunError(
      `${where}: row ${bad} names example ${numbers[bad]}, but there are ${part.count}, counted from 0`,
    );
}

/** Checks all rows of a data set. Throws RunError. */
export function checkDataset(data: unknown, columns: readonly ColumnInfo[]): asserts data is Dataset {
  const parts = ["train", "validation", "test"];
  if (!isObject(data) || data.train === undefined) {
    const form = "{ train: allRows({ count, columns }) }, optionally with validation and test";
    throw new RunError(
      `train: data must be ${form}, not ${isObject(data) ? "a record without train" : valueText(data)}`,
    );
  }
  const other = Object.keys(data).find((name) => !parts.includes(name));
  if (other !== undefined)
    throw new RunError(`train: data has no part '${safeText(other)}'; there are ${parts.join(", ")}`);
  checkRows(data.train, columns, "training data");
  if (data.validation !== undefined) checkRows(data.validation, columns, "validation data");
  if (data.test !== undefined) checkRows(data.test, columns, "test data");
}

/** Checks rows to evaluate. Throws RunError. */
export const checkEvaluated: (rows: unknown, columns: readonly ColumnInfo[]) => asserts rows is Rows = (
  rows,
  columns,
) => checkRows(rows, columns, "data");

/** Checks samples to predict: every input must be there, have the right length, and hold values that fit. Throws RunError. */
export function checkSamples(inputs: unknown, count: unknown, manifest: Manifest): void {
  if (!inRange(count, { min: 0, max: 2 ** 31 - 1 }))
    throw new RunError(
      `predict: the number of samples is ${valueText(count)}, but must be a whole number of at least 0`,
    );
  const names = manifest.inputs.map(({ name }) => safeText(name));
  if (!isObject(inputs))
    throw new RunError(`predict: inputs must be a record, { ${names.join(", ")} }, not ${valueText(inputs)}`);
  const other = Object.keys(inputs).find((name) => !manifest.inputs.some((info) => info.name === name));
  for (const info of manifest.inputs) {
    const name = safeText(info.name);
    const from = Object.hasOwn(inputs, info.name) ? inputs[info.name] : undefined;
    if (from === undefined)
      throw new RunError(
        `predict: there is no input '${name}'${other === undefined ? "" : `, but one called '${safeText(other)}'`}`,
      );
    const kind = typedArrayName(from);
    if ((kind === undefined && !Array.isArray(from)) || kind?.startsWith("Big") === true)
      throw new RunError(`predict: input '${name}' must be an array of numbers, not ${valueText(from)}`);
    const values = from as ArrayLike<number>;
    const elements = elementsOf(info.shape);
    if (values.length !== count * elements)
      throw new RunError(
        `predict: input '${name}' has ${values.length} numbers, but ${count} × [${info.shape.join(", ")}] needs ${count * elements}`,
      );
    const bad = firstMisfit(values, info);
    if (bad !== undefined)
      throw new RunError(
        `predict: '${name}' of sample ${Math.floor(bad / elements)} is ${valueText(values[bad])}, but must be ${expectedText(info)}`,
      );
  }
  if (other !== undefined)
    throw new RunError(`predict: there is no input '${safeText(other)}'; there are ${names.join(", ")}`);
}
