// Prints a trainer for target `wasm`: the module's forms as bytes, views of its memory, and comments with the formulas of each
// kernel.

import { CompilerBug } from "../../base/compilerBug.ts";
import type { LoopProgram } from "../../ir/loops.ts";
import { turnsOfKernels } from "../../ir/steps.ts";
import { constantText } from "../constants.ts";
import { comment, literal } from "../literal.ts";
import type { SharedKernel } from "../loops/share.ts";
import { docComment, type Printer, printer } from "../printer.ts";
import {
  arrayOf,
  byName,
  columnsOf,
  isTrainStep,
  kernelComment,
  namedBuffers,
  type Place,
  programObject,
  runner,
  trainStepLines,
  trainSteps,
} from "../programText.ts";
import { type LoopRequest, type TrainerFiles, trainerFiles } from "../trainer.ts";
import { typed } from "../types.ts";
import { base64Lines } from "./base64.ts";
import { isRepeatRow, type ProgramRows, type Row } from "./calls.ts";
import { editsFrom } from "./edits.ts";
import { forms, type Module } from "./forms.ts";

/** The samples for the self-check of a form: no multiple of any tile's rows, so that main loops and rests both run. */
const TRIAL_SAMPLES = 11;
/** The most floating-point operations of a self-check: about a second of unoptimized code. */
const TRIAL_FLOPS = 2e9;

function trialSamples(program: LoopProgram): number {
  const step = program.functions.find(({ name }) => name === "train_step");
  const all = turnsOfKernels(step?.steps ?? []).reduce((sum, { kernel, turns }) => sum + turns * kernel.flops, 0);
  const flops = all / program.batch;
  return Math.max(1, Math.min(TRIAL_SAMPLES, program.batch, Math.floor(TRIAL_FLOPS / Math.max(1, flops))));
}

/** Statements that set the constant buffers. */
const constantsOf = ({ buffers }: LoopProgram) =>
  buffers.flatMap((buffer) =>
    buffer.data === undefined
      ? []
      : [constantText(buffer, `new ${arrayOf(buffer)}(memory, ${buffer.offset}, ${buffer.length})`)],
  );

/** Comments with the formulas of each kernel of the module, by its number. */
function kernelLines(kernels: readonly SharedKernel[]): readonly string[] {
  return kernels.flatMap(({ first, calls }, number) => [
    `// kernel ${number}, ${calls === 1 ? "one call" : `${calls} calls`}`,
    ...kernelComment(first, () => undefined).map((line) => `//   ${line}`.trimEnd()),
  ]);
}

/** The calls of all programs: each with the kernel's number, the number of calls in its phase, and the arguments. */
const callLines = (programs: readonly ProgramRows[], place: Place): readonly string[] =>
  programs.flatMap(({ name, rows }) => [`    // ${name}`, ...rowLines(rows, place).map((line) => `    ${line}`)]);

function rowLines(rows: readonly Row[], place: Place): readonly string[] {
  const lines: string[] = [];
  let last = "";
  rows.forEach((row, i) => {
    if (isRepeatRow(row)) {
      lines.push(`{ turns: ${row.turns}, calls: [`, ...rowLines(row.rows, place).map((line) => `  ${line}`), "] },");
      last = "";
      return;
    }
    const {
      call: { kernel },
      words: [number, together, , ...args],
    } = row;
    const from = place(kernel) ?? kernel.origins[0] ?? "";
    const text = `[${[number, together, ...args].join(", ")}],`;
    if (from === last) lines.push(`${lines.pop() ?? ""} ${text}`);
    else lines.push(...comment(`${i + 1}/${rows.length} ${from}`).map((line) => `// ${line}`), text);
    last = from;
  });
  return lines;
}

const partLine = (part: NonNullable<LoopRequest["parts"]>[number]): string =>
  `  { name: ${literal(part.name)}, forward: ${part.forward}, run: ${runner(part.function)} },`;

/** The two sets of columns, and the functions that run the programs over one of them. */
function setsAndRunners(out: Printer, { program, parts = [] }: LoopRequest, layout: Module): void {
  const partNames = new Set(parts.map((part) => part.function));
  const columns = columnsOf(program);
  out.line("// Two sets of columns: a step reads one while the next batch is written to the other.");
  out.line("const sets = [");
  out.line(`  ${byName(columns)},`);
  const second = (name: string): string => {
    const buffer = program.buffers.find((b) => b.name === name);
    if (buffer === undefined) throw new CompilerBug(`no buffer '${name}'`);
    return `new ${arrayOf(buffer)}(memory, ${buffer.offset + layout.columnsShift}, ${buffer.length})`;
  };
  out.line(`  ${byName(columns, second)},`);
  out.line(`]${typed(" as const")};`);
  out.line(`let filled${typed(": 0 | 1")} = 0;`);
  out.line("");
  layout.programs.forEach(({ name }, number) => {
    const set =
      isTrainStep(name) || name === "evaluate" || partNames.has(name) ? `filled * ${layout.columnsShift}` : "0";
    const parameters = `samples${typed(": number")}, meanwhile${typed("?: () => void")}`;
    out.line(
      isTrainStep(name)
        ? `const ${runner(name)} = (${parameters})${typed(": void")} => machine.run(${number}, samples, ${set}, meanwhile);`
        : `const ${runner(name)} = (samples${typed(": number")})${typed(": void")} => machine.run(${number}, samples, ${set});`,
    );
  });
}

/** `function createProgram(options): Program`, for a program that has all of its functions. */
function programText(request: LoopRequest, layout: Module): string {
  const { program, parts = [] } = request;
  const out = printer();
  for (const line of kernelLines(layout.kernels)) out.line(line);
  out.line("");
  docComment(out, [
    "Creates the model with its own memory, and starts its threads. `initialize` sets the weights.",
    "",
    "Each kernel is a function of the module `wasmCode` at the end of this file, which lists the calls in order with their",
    "layers. Whichever thread is free claims the next units of a kernel; the next kernel begins when all are done.",
  ]);
  out.block(`export function createProgram(options${typed(": ProgramOptions")} = {})${typed(": Program")}`, () => {
    out.line("const machine = openWasm(wasmCode, options, nodePlatform() ?? pagePlatform());");
    out.line("const { memory } = machine;");
    const named = namedBuffers(program);
    for (const buffer of program.buffers)
      if (named.has(buffer.name))
        out.line(`const ${buffer.name} = new ${arrayOf(buffer)}(memory, ${buffer.offset}, ${buffer.length});`);
    out.line("");
    setsAndRunners(out, request, layout);
    out.line("");
    out.block(`function setConstants()${typed(": void")}`, () => {
      for (const { line } of constantsOf(program)) out.line(line);
    });
    out.line("");
    const own = [
      "get columns() {",
      "  return sets[filled];",
      "},",
      "trainStep(samples, meanwhile) {",
      `  const next = ()${typed(": void")} => {`,
      "    filled = filled === 0 ? 1 : 0;",
      "    meanwhile?.();",
      "  };",
      ...trainStepLines(trainSteps(program), {
        columns: "sets[filled]",
        call: ({ run }) => `${run}(samples, meanwhile === undefined ? undefined : next)`,
        value: ({ loss }) => `${loss}[0]`,
      }).map((line) => `  ${line}`),
      "  return loss;",
      "},",
      "evaluateStep: runEvaluate,",
      ...(parts.length === 0 ? [] : ["parts: [", ...parts.map(partLine), "],"]),
    ];
    for (const line of programObject(program, { open: "return machine.finish({", own, close: "}, setConstants);" }))
      out.line(line);
  });
  return out.toString();
}

/** `train.ts` and its transpiled `train.js`; undefined if the runtime has no reader for the source. */
export async function emitTrainer(request: LoopRequest): Promise<TrainerFiles | undefined> {
  const { program, place, strictMath } = request;
  const made = await forms(program, strictMath);
  const [plain] = made.forms;
  const editsOf = plain === undefined ? undefined : editsFrom(plain.bytes);
  const entries = made.forms.map(({ name, bytes, sharedAt }) => {
    const { edits, own } =
      editsOf === undefined || name === plain?.name ? { edits: [[0, 0, bytes.length]], own: bytes } : editsOf(bytes);
    return [
      `    ${name}: {`,
      `      sharedAt: ${sharedAt},`,
      `      edits: [${edits.map((edit) => `[${edit.join(", ")}]`).join(", ")}],`,
      `      base64: \`\n${base64Lines(own)}\`,`,
      "    },\n",
    ].join("\n");
  });
  const data = [
    "const wasmCode = {",
    `  control: ${made.control},`,
    `  callsStart: ${made.callsStart},`,
    `  scratchStart: ${made.scratchStart},`,
    `  scratchBytes: ${made.scratchBytes},`,
    `  trialSamples: ${trialSamples(program)},`,
    "  forms: {",
    `${entries.join("")}  },`,
    "  // The calls of each program: a kernel's number, the calls in its phase (0: in an earlier call's phase), its arguments.",
    "  calls: [",
    ...callLines(made.programs, place),
    "  ],",
    "};",
  ].join("\n");
  return trainerFiles(request, {
    title: "The model: views of its memory, and the formulas of its kernels",
    program: programText(request, made),
    modules: [
      "core/wasm",
      "node/nodeThreads",
      "browser/pageThreads",
      ...constantsOf(program).flatMap((constant) => constant.module ?? []),
    ],
    data: {
      title: "The code: one module of WebAssembly in several forms (nnc compile --emit wat prints it)",
      text: data,
    },
  });
}
