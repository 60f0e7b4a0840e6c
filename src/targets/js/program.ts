// A LoopProgram as `function createProgram(): Program`: one allocation, a view for each buffer, a function for each
// kernel, and the calls in their order.

import type { Buffer, Kernel, LoopProgram } from "../../ir/loops.ts";
import { scalarFunction } from "../../ir/scalar.ts";
import { comment, type Literal, literal } from "../literal.ts";
import { printKernel } from "./kernel.ts";
import type { Printer } from "./lines.ts";
import { type TileSizes, tileSizes } from "./tiles.ts";

/** Where a kernel comes from, for its comment: `mnist.nn:9  Conv2D(32, 3x3, relu)`. */
export type Place = (kernel: Kernel) => string | undefined;

export interface ProgramText {
  /** `function createProgram(): Program { … }`, with the scalar helpers it calls before it. */
  readonly text: string;
  /** Functions of the runtime it calls. */
  readonly usesRandom: boolean;
}

const arrayOf = (buffer: Buffer): string =>
  buffer.dtype === "f32" ? "Float32Array" : buffer.dtype === "u8" ? "Uint8Array" : "Int32Array";

function printer(): Printer & { toString(): string } {
  const lines: string[] = [];
  let depth = 0;
  return {
    line: (text) => void lines.push(text === "" ? "" : "  ".repeat(depth) + text),
    block(head, body) {
      lines.push(`${"  ".repeat(depth)}${head === "" ? "" : `${head} `}{`);
      depth++;
      body();
      depth--;
      lines.push(`${"  ".repeat(depth)}}`);
    },
    toString: () => `${lines.join("\n")}\n`,
  };
}

const MOST_FORMULA_LINES = 12;
const WIDTH = 110;

function kernelComment(kernel: Kernel, place: Place): readonly string[] {
  const where = place(kernel);
  const formulas = kernel.formula
    .slice(0, MOST_FORMULA_LINES)
    .map((f) => (f.length > WIDTH ? `${f.slice(0, WIDTH - 1)}…` : f));
  const more = kernel.formula.length - formulas.length;
  return [...(where === undefined ? [] : [where]), ...formulas, ...(more > 0 ? [`… and ${more} more`] : [])].flatMap(
    comment,
  );
}

function docComment(out: Printer, lines: readonly string[]): void {
  if (lines.length === 1) out.line(`/** ${lines[0] ?? ""} */`);
  else if (lines.length > 1) {
    out.line("/**");
    for (const line of lines) out.line(` * ${line}`.trimEnd());
    out.line(" */");
  }
}

/** The function that runs a program: `runTrainStep`. Kernels and buffers have no capital letters after `run`. */
const runner = (program: string): string =>
  `run${program
    .split("_")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("")}`;

const byName = (entries: readonly { readonly name: string; readonly buffer: string }[]): string =>
  `{ ${entries.map(({ name, buffer }) => `${literal(name)}: ${buffer}`).join(", ")} }`;

/** `function createProgram(): Program`, for a program that has all of its functions. */
export function programText(program: LoopProgram, manifest: Literal, place: Place): ProgramText {
  return wrapped(
    program,
    place,
    "/** Makes the model with memory of its own. Weights are not set before `initialize`. */",
    "export function createProgram(): Program",
    contractLines(program, manifest),
  );
}

/** `function createKernels()`, which gives the buffers and functions of any program as they are: for tests. */
export function kernelsText(program: LoopProgram, sizes: TileSizes = tileSizes): ProgramText {
  const names = program.functions.map((fn) => `${literal(fn.name)}: ${runner(fn.name)}`);
  const views = program.buffers.map((buffer) => `${literal(buffer.name)}: ${buffer.name}`);
  return wrapped(
    program,
    () => undefined,
    "",
    "export function createKernels()",
    [`return { run: { ${names.join(", ")} }, buffers: { ${views.join(", ")} } };`],
    sizes,
  );
}

function wrapped(
  program: LoopProgram,
  place: Place,
  doc: string,
  head: string,
  tail: readonly string[],
  sizes: TileSizes = tileSizes,
): ProgramText {
  const helpers = new Set<string>();
  const out = printer();
  if (doc !== "") out.line(doc);
  out.block(head, () => {
    out.line(`const memory = new ArrayBuffer(${program.arenaBytes});`);
    for (const buffer of program.buffers) {
      out.line(`const ${buffer.name} = new ${arrayOf(buffer)}(memory, ${buffer.offset}, ${buffer.length});`);
      if (buffer.data !== undefined) out.line(`${buffer.name}.set(${literal(buffer.data)});`);
    }
    out.line("");
    for (const fn of program.functions) {
      for (const kernel of fn.kernels) {
        docComment(out, kernelComment(kernel, place));
        out.block(`function ${kernel.name}(samples: number): void`, () => printKernel(out, kernel, helpers, sizes));
        out.line("");
      }
      out.block(`function ${runner(fn.name)}(samples: number): void`, () => {
        for (const kernel of fn.kernels) out.line(`${kernel.name}(samples);`);
      });
      out.line("");
    }
    for (const line of tail) out.line(line);
  });
  const functions = [...helpers].sort().flatMap((name) => {
    const helper = name === "uniform" ? undefined : scalarFunction(name).helper;
    return helper === undefined ? [] : [`${helper}\n`];
  });
  return { text: [...functions, out.toString()].join("\n"), usesRandom: helpers.has("uniform") };
}

/** The table of slots and the object that the runtime works with. */
function contractLines(program: LoopProgram, manifest: Literal): readonly string[] {
  const find = (name: string) => program.functions.find((f) => f.name === name);
  const [train, evaluate, predict, metrics] = ["train_step", "evaluate", "predict", "metrics"].map(find);
  const slotLines = program.slots
    .filter((slot) => !isWhole(program, slot.name))
    .map(({ name, shape, role, buffer, start }) => {
      const length = shape.reduce((a, b) => a * b, 1);
      return `  { name: ${literal(name)}, shape: ${literal(shape)}, role: ${literal(role)}, values: ${buffer}.subarray(${start}, ${start + length}) },`;
    });
  const loss = train?.outputs[0]?.buffer;
  return [
    "const slots: readonly SlotInfo[] = [",
    ...slotLines,
    "];",
    "return {",
    `  manifest: ${literal(manifest)},`,
    "  memoryBytes: memory.byteLength,",
    "  slots,",
    `  columns: ${byName(uniqueInputs([...(train?.inputs ?? []), ...(evaluate?.inputs ?? [])]))},`,
    `  inputs: ${byName(predict?.inputs ?? [])},`,
    `  outputs: ${byName(predict?.outputs ?? [])},`,
    "  initialize(first) {",
    "    seed[0] = first;",
    "    runInitialize(1);",
    "  },",
    "  trainStep(samples) {",
    "    runTrainStep(samples);",
    `    return ${loss}[0];`,
    "  },",
    "  evaluateStep: runEvaluate,",
    "  predict: runPredict,",
    "  resetMetrics() {",
    ...program.slots.filter((s) => s.role === "metric").map((s) => `    ${s.buffer}.fill(0);`),
    "  },",
    "  metrics() {",
    "    runMetrics(1);",
    `    return [${(metrics?.outputs ?? []).map((o) => `${o.buffer}[0]`).join(", ")}];`,
    "  },",
    "};",
  ];
}

/** A slot that has parts of its own is shown by its parts. */
const isWhole = (program: LoopProgram, name: string): boolean =>
  name === "weights" || name === "state"
    ? program.slots.some((s) => s.name !== name && s.buffer === program.slots.find((w) => w.name === name)?.buffer)
    : false;

const uniqueInputs = (inputs: readonly { readonly name: string; readonly buffer: string }[]) =>
  inputs.filter((input, i) => inputs.findIndex((other) => other.name === input.name) === i);
