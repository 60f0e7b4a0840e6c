// A trainer for target `wasm`: the module's forms as bytes, and views of its memory. What each kernel computes stands beside
// them as comments.

import type { LoopProgram } from "../../ir/loops.ts";
import { literal } from "../literal.ts";
import { docComment, printer } from "../printer.ts";
import {
  arrayOf,
  byName,
  columnsOf,
  kernelComment,
  lossBuffer,
  namedBuffers,
  type Place,
  programObject,
  runner,
} from "../programText.ts";
import { type LoopRequest, type TrainerFiles, trainerFiles } from "../trainer.ts";
import { typed } from "../types.ts";
import { base64Lines } from "./base64.ts";
import { forms, type Layout } from "./forms.ts";

/** Samples for the self-check of a form: no multiple of any tile's rows, so that main loops and their rest run. */
const TRIAL_SAMPLES = 11;
/** What a self-check may cost, in floating-point operations: about a second of code that is not optimized. */
const TRIAL_FLOPS = 2e9;

function trialSamples(program: LoopProgram): number {
  const step = program.functions.find(({ name }) => name === "train_step");
  const flops = (step?.kernels ?? []).reduce((sum, kernel) => sum + kernel.flops, 0) / program.batch;
  return Math.max(1, Math.min(TRIAL_SAMPLES, program.batch, Math.floor(TRIAL_FLOPS / Math.max(1, flops))));
}

/** `function createProgram(options): Program`, for a program that has all of its functions. */
function programText(program: LoopProgram, layout: Layout, place: Place): string {
  const out = printer();
  docComment(out, [
    "Makes the model with memory of its own, and starts its threads. Weights are not set before `initialize`.",
    "",
    "Each kernel is a function of the module `wasmCode` at the end of this file. Threads do its units as they come to them;",
    "the next begins when all are done. Kernels run in the order of the comments below.",
  ]);
  out.block(`export function createProgram(options${typed(": ProgramOptions")} = {})${typed(": Program")}`, () => {
    out.line("const machine = openWasm(wasmCode, options, nodePlatform() ?? pagePlatform());");
    out.line("const { memory } = machine;");
    const named = namedBuffers(program);
    for (const buffer of program.buffers)
      if (named.has(buffer.name))
        out.line(`const ${buffer.name} = new ${arrayOf(buffer)}(memory, ${buffer.offset}, ${buffer.length});`);
    out.line("");
    const columns = columnsOf(program);
    out.line("// Two sets of columns: while a step reads one, the next batch is written to the other.");
    out.line("const sets = [");
    out.line(`  ${byName(columns)},`);
    const second = (name: string): string => {
      const buffer = program.buffers.find((b) => b.name === name);
      if (buffer === undefined) throw new Error(`compiler bug: no buffer '${name}'`);
      return `new ${arrayOf(buffer)}(memory, ${buffer.offset + layout.columnsShift}, ${buffer.length})`;
    };
    out.line(`  ${byName(columns, second)},`);
    out.line(`]${typed(" as const")};`);
    out.line(`let filled${typed(": 0 | 1")} = 0;`);
    out.line("");
    layout.programs.forEach((name, number) => {
      const fn = program.functions.find((f) => f.name === name);
      const kernels = fn?.kernels ?? [];
      kernels.forEach((kernel, i) => {
        out.line(`// ${i + 1}/${kernels.length} ${kernel.name}`);
        for (const line of kernelComment(kernel, place)) out.line(`//   ${line}`.trimEnd());
      });
      const set = name === "train_step" || name === "evaluate" ? `filled * ${layout.columnsShift}` : "0";
      const parameters = `samples${typed(": number")}, meanwhile${typed("?: () => void")}`;
      out.line(
        name === "train_step"
          ? `const ${runner(name)} = (${parameters})${typed(": void")} => machine.run(${number}, samples, ${set}, meanwhile);`
          : `const ${runner(name)} = (samples${typed(": number")})${typed(": void")} => machine.run(${number}, samples, ${set});`,
      );
      out.line("");
    });
    const constants = program.buffers.filter(({ data }) => data !== undefined);
    out.block(`function setConstants()${typed(": void")}`, () => {
      for (const buffer of constants)
        out.line(
          `new ${arrayOf(buffer)}(memory, ${buffer.offset}, ${buffer.length}).set(${literal(buffer.data ?? [])});`,
        );
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
      "  runTrainStep(samples, meanwhile === undefined ? undefined : next);",
      `  return ${lossBuffer(program)}[0]${typed(" as number")};`,
      "},",
      "evaluateStep: runEvaluate,",
    ];
    for (const line of programObject(program, { open: "return machine.finish({", own, close: "}, setConstants);" }))
      out.line(line);
  });
  return out.toString();
}

/** `train.ts` and its transpiled `train.js`; undefined where the runtime has no reader for the source. */
export async function emitTrainer(request: LoopRequest): Promise<TrainerFiles | undefined> {
  const { program, place, strictMath } = request;
  const made = await forms(program, strictMath);
  const entries = made.forms.map(
    ({ name, bytes, sharedAt }) =>
      `    ${name}: {\n      sharedAt: ${sharedAt},\n      base64: \`\n${base64Lines(bytes)}\`,\n    },\n`,
  );
  const data = [
    "const wasmCode = {",
    `  control: ${made.control},`,
    `  scratchStart: ${made.scratchStart},`,
    `  scratchBytes: ${made.scratchBytes},`,
    `  trialSamples: ${trialSamples(program)},`,
    "  forms: {",
    `${entries.join("")}  },`,
    "};",
  ].join("\n");
  return trainerFiles(request, {
    title: "The model: views of its memory, and what its kernels compute",
    program: programText(program, made, place),
    modules: ["core/wasm", "node/nodeThreads", "browser/pageThreads"],
    data: {
      title: "The code: one module of WebAssembly in several forms (nnc compile --emit wat prints it)",
      text: data,
    },
  });
}
