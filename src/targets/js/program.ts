// A LoopProgram as `function createProgram(): Program`: one allocation, a view for each buffer, a function for each
// kernel, and the calls in their order.

import type { LoopProgram } from "../../ir/loops.ts";
import { literal } from "../literal.ts";
import { docComment, printer } from "../printer.ts";
import {
  arrayOf,
  byName,
  columnsOf,
  kernelComment,
  lossBuffer,
  type Place,
  programObject,
  runner,
} from "../programText.ts";
import { helperText, typed } from "../types.ts";
import type { Helper } from "./expressions.ts";
import { printKernel } from "./kernel.ts";
import { jsSpelling } from "./scalars.ts";
import { type TileSizes, tileSizes } from "./tiles.ts";

export interface ProgramText {
  /** `function createProgram(): Program { … }`, with the scalar helpers it calls before it. */
  readonly text: string;
  /** Functions of the runtime it calls. */
  readonly usesRandom: boolean;
}

/** `function createProgram(): Program`, for a program that has all of its functions. */
export function programText(program: LoopProgram, place: Place): ProgramText {
  return wrapped(
    program,
    place,
    "/** Makes the model with memory of its own. Weights are not set before `initialize`. */",
    `export function createProgram()${typed(": Program")}`,
    programObject(program, {
      open: "return {",
      own: [
        "memoryBytes: memory.byteLength,",
        "threads: 1,",
        "close: () => undefined,",
        `columns: ${byName(columnsOf(program))},`,
        "trainStep(samples, meanwhile) {",
        "  runTrainStep(samples);",
        `  const loss = ${lossBuffer(program)}[0]${typed(" as number")};`,
        "  meanwhile?.();",
        "  return loss;",
        "},",
        "evaluateStep: runEvaluate,",
      ],
      close: "};",
    }),
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
  const helpers = new Set<Helper>();
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
        out.block(`function ${kernel.name}(samples${typed(": number")})${typed(": void")}`, () =>
          printKernel(out, kernel, helpers, sizes),
        );
        out.line("");
      }
      out.block(`function ${runner(fn.name)}(samples${typed(": number")})${typed(": void")}`, () => {
        for (const kernel of fn.kernels) out.line(`${kernel.name}(samples);`);
      });
      out.line("");
    }
    for (const line of tail) out.line(line);
  });
  const functions = [...helpers].sort().flatMap((name) => {
    const helper = name === "uniform" ? undefined : jsSpelling(name).helper;
    return helper === undefined ? [] : [`${helperText(helper)}\n`];
  });
  return { text: [...functions, out.toString()].join("\n"), usesRandom: helpers.has("uniform") };
}
