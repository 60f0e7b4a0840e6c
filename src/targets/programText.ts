// The text that the programs of all targets share: comments of kernels, names of functions, and the object of a program for
// the runtime (runtime/core/program.ts). It does not know how a kernel runs.

import { CompilerBug } from "../base/compilerBug.ts";
import { formulasOf } from "../ir/formulas.ts";
import type { Buffer, Kernel, LoopProgram } from "../ir/loops.ts";
import { labelOf, seedSlot } from "../ir/slots.ts";
import { comment, literal, literalKey } from "./literal.ts";
import { typed } from "./types.ts";

/** The origin of a kernel, for its comment: `mnist.nn:9  Conv2D(32, 3x3, relu)`. */
export type Place = (kernel: Kernel) => string | undefined;

export const arrayOf = (buffer: Pick<Buffer, "dtype">): string =>
  buffer.dtype === "f32" ? "Float32Array" : buffer.dtype === "u8" ? "Uint8Array" : "Int32Array";

const MOST_FORMULA_LINES = 12;
const WIDTH = 110;

/** The origin and the formulas of a kernel, as the lines of a comment. */
export function kernelComment(kernel: Kernel, place: Place): readonly string[] {
  const where = place(kernel);
  const all = formulasOf(kernel);
  const formulas = all.slice(0, MOST_FORMULA_LINES).map((f) => (f.length > WIDTH ? `${f.slice(0, WIDTH - 1)}…` : f));
  const more = all.length - formulas.length;
  return [...(where === undefined ? [] : [where]), ...formulas, ...(more > 0 ? [`… and ${more} more`] : [])].flatMap(
    comment,
  );
}

/** The name of the function that runs a program: `runTrainStep`. No kernel or buffer has a capital letter after `run`. */
export const runner = (program: string): string =>
  `run${program
    .split("_")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("")}`;

export interface NamedBuffer {
  readonly name: string;
  readonly buffer: string;
}
/** An object of buffers by their names for users. `spell` returns the text of a buffer. */
export const byName = (entries: readonly NamedBuffer[], spell = (buffer: string): string => buffer): string =>
  `{ ${entries.map(({ name, buffer }) => `${literalKey(name)}: ${spell(buffer)}`).join(", ")} }`;

/** The buffer that holds the seed. */
function seedBuffer({ slots }: LoopProgram): string {
  const seed = slots.find(({ name }) => name === seedSlot);
  if (seed === undefined) throw new CompilerBug("a program without a seed");
  return seed.buffer;
}

/** The columns of a batch, which training and evaluation read. */
export function columnsOf({ functions }: LoopProgram): readonly NamedBuffer[] {
  const inputs = ["train_step", "evaluate"].flatMap((name) => functions.find((fn) => fn.name === name)?.inputs ?? []);
  return inputs.filter((input, i) => inputs.findIndex((other) => other.name === input.name) === i);
}

/** Whether a program is a training step: the one for all batches, or that for batches of short rows. */
export const isTrainStep = (name: string): boolean => name === "train_step" || name.startsWith("train_step_");

/** The training steps, the one for the shortest rows first, each with the buffer in which it stores its loss. */
export function trainSteps({ functions }: LoopProgram): readonly { readonly run: string; readonly loss: string }[] {
  return functions.flatMap(({ name, outputs: [loss] }) => {
    if (!isTrainStep(name)) return [];
    if (loss === undefined) throw new CompilerBug("a program without a loss");
    return [{ run: runner(name), loss: loss.buffer }];
  });
}

/** Writes statements that take a step of `samples` samples of `columns`; `call` writes the call of one, `value` its loss. */
export function trainStepLines<T>(
  steps: readonly T[],
  { columns, call, value }: { readonly columns: string; call(step: T): string; value(step: T): string },
): readonly string[] {
  const last = steps.at(-1);
  if (last === undefined) throw new CompilerBug("a program without a training step");
  if (steps.length === 1) return [`${call(last)};`, `const loss = ${value(last)}${typed(" as number")};`];
  return [
    `const bucket = bucketOf(manifest, ${columns}, samples);`,
    `let loss${typed(": number")};`,
    ...steps.flatMap((step, i) => [
      i === 0 ? "if (bucket === 0) {" : step === last ? "} else {" : `} else if (bucket === ${i}) {`,
      `  ${call(step)};`,
      `  loss = ${value(step)}${typed(" as number")};`,
    ]),
    "}",
  ];
}

/** The buffers that the object below names. Only kernels know the others. */
export function namedBuffers(program: LoopProgram): ReadonlySet<string> {
  const outputs = program.functions
    .filter(({ name }) => name !== "evaluate")
    .flatMap((fn) => fn.outputs.map((o) => o.buffer));
  const inputs = program.functions.flatMap((fn) => fn.inputs.map((i) => i.buffer));
  return new Set([...program.slots.map((s) => s.buffer), ...inputs, ...outputs]);
}

/** Reads the results of metrics from their buffers. */
function metricsText(program: LoopProgram, outputs: readonly string[]): string {
  const lengths = new Map(program.buffers.map(({ name, length }) => [name, length]));
  if (outputs.every((name) => lengths.get(name) === 1)) return `[${outputs.map((name) => `${name}[0]`).join(", ")}]`;
  return `metricValues(manifest, [${outputs.join(", ")}])`;
}

/** Writes the entry `observe`, if the module has such programs; `call` writes the call of one. */
export function observeLines(programs: readonly string[], call: (run: string) => string): readonly string[] {
  const entries = ["train", "validation"].flatMap((part) => {
    const name = `observe_${part}`;
    return programs.includes(name) ? [`${part}: () => ${call(runner(name))}`] : [];
  });
  return entries.length === 0 ? [] : [`  observe: { ${entries.join(", ")} },`];
}

/**
 * The table of slots and the object that the runtime works with, as the last lines of `createProgram`. Buffers are views by
 * their names, programs are functions by `runner`'s names. `open` and `close` surround the object; `own` are the entries that
 * the target adds, including `columns`, `trainStep` and `evaluateStep`.
 */
export function programObject(
  program: LoopProgram,
  { open, own, close }: { readonly open: string; readonly own: readonly string[]; readonly close: string },
): readonly string[] {
  const find = (name: string) => program.functions.find((f) => f.name === name);
  const [predict, metrics] = ["predict", "metrics"].map(find);
  const slotLines = program.slots.map(({ name, shape, role, buffer, start }) => {
    const length = shape.reduce((a, b) => a * b, 1);
    return `  { name: ${literal(labelOf(name))}, shape: ${literal(shape)}, role: ${literal(role)}, values: ${buffer}.subarray(${start}, ${start + length}) },`;
  });
  return [
    `const slots${typed(": readonly SlotInfo[]")} = [`,
    ...slotLines,
    "];",
    open,
    "  manifest,",
    ...own.map((line) => `  ${line}`),
    "  slots,",
    `  inputs: ${byName(predict?.inputs ?? [])},`,
    `  outputs: ${byName(predict?.outputs ?? [])},`,
    "  initialize(first) {",
    `    ${seedBuffer(program)}[0] = first;`,
    "    runInitialize(1);",
    "  },",
    "  predict: runPredict,",
    ...observeLines(
      program.functions.map(({ name }) => name),
      (run) => `${run}(1)`,
    ),
    ...(find("finalize") === undefined ? [] : ["  finalize: () => runFinalize(1),"]),
    "  resetMetrics() {",
    ...program.slots.filter((s) => s.role === "metric").map((s) => `    ${s.buffer}.fill(0);`),
    "  },",
    "  metrics() {",
    "    runMetrics(1);",
    `    return ${metricsText(
      program,
      (metrics?.outputs ?? []).map(({ buffer }) => buffer),
    )};`,
    "  },",
    close,
  ];
}
