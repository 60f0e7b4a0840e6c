// A LoopProgram as `function createProgram(): Program`: one allocation, a view for each buffer, a function for each
// kernel that differs from others in more than addresses, and the calls in their order.

import type { Kernel, LoopProgram } from "../../ir/loops.ts";
import { constantText } from "../constants.ts";
import { comment, literal } from "../literal.ts";
import { mapAccesses } from "../loops/parts.ts";
import { type Call, isRepeated, kernelCalls, type SharedKernel, shareKernels } from "../loops/share.ts";
import { docComment, printer } from "../printer.ts";
import {
  arrayOf,
  byName,
  columnsOf,
  kernelComment,
  type Place,
  programObject,
  runner,
  trainStepLines,
  trainSteps,
} from "../programText.ts";
import { helperText, typed } from "../types.ts";
import type { Helper } from "./expressions.ts";
import { printKernel } from "./kernel.ts";
import { jsSpelling } from "./scalars.ts";
import { type TileSizes, tileSizes } from "./tiles.ts";

export interface ProgramText {
  /** `function createProgram(): Program { … }`, with the scalar helpers it calls before it. */
  readonly text: string;
  /** The modules of the runtime that it calls. */
  readonly modules: readonly string[];
}

/** `function createProgram(): Program`, for a program that has all of its functions. */
export function programText(program: LoopProgram, place: Place): ProgramText {
  return wrapped(
    program,
    place,
    "/** Creates the model with its own memory. `initialize` sets the weights. */",
    `export function createProgram()${typed(": Program")}`,
    programObject(program, {
      open: "return {",
      own: [
        "memoryBytes: memory.byteLength,",
        "threads: 1,",
        "close: () => undefined,",
        `columns: ${byName(columnsOf(program))},`,
        "trainStep(samples, meanwhile) {",
        ...trainStepLines(trainSteps(program), {
          columns: byName(columnsOf(program)),
          call: ({ run }) => `${run}(samples)`,
          value: ({ loss }) => `${loss}[0]`,
        }).map((line) => `  ${line}`),
        "  meanwhile?.();",
        "  return loss;",
        "},",
        "evaluateStep: runEvaluate,",
      ],
      close: "};",
    }),
  );
}

/** `function createKernels()` for tests: it returns the buffers and functions of any program as they are. */
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

/** `function openCode()` of a small predictor (runtime/core/predictor.ts). */
export const predictorText = (program: LoopProgram): ProgramText =>
  wrapped(program, () => undefined, "", "function openCode()", [`return { memory, run: ${runner("predict")} };`]);

/** A kernel as a function. Its arguments are buffers, each with the start of the kernel's part, and then streams. */
interface FunctionText {
  readonly comment: readonly string[];
  readonly kernel: Kernel;
  readonly parameters: readonly string[];
  stream(stream: number): string;
}

const startOf = (parameter: number): string => `at${parameter}`;

function functionOf(shared: SharedKernel, place: Place): FunctionText {
  const { kernel, first, parameters, streams, calls } = shared;
  const starts = new Map(parameters.flatMap(({ name, within }, i) => (within ? [[name, startOf(i)] as const] : [])));
  return {
    comment: [
      ...(calls === 1 ? kernelComment(first, place) : [`${calls} calls`, ...kernelComment(first, () => undefined)]),
    ],
    // The start of a part is one more term of its addresses.
    kernel: mapAccesses(kernel, ({ buffer, address }) => {
      const start = starts.get(buffer);
      return start === undefined
        ? { buffer, address }
        : { buffer, address: { ...address, strides: { [start]: 1, ...address.strides } } };
    }),
    parameters: [
      `samples${typed(": number")}`,
      ...parameters.flatMap(({ name, dtype, within }, i) => [
        `${name}${typed(`: ${arrayOf({ dtype })}`)}`,
        ...(within ? [`${startOf(i)}${typed(": number")}`] : []),
      ]),
      ...[...streams.values()].map((i) => `stream${i}${typed(": number")}`),
    ],
    stream(stream) {
      const argument = streams.get(stream);
      return argument === undefined ? String(stream) : `stream${argument}`;
    },
  };
}

/** The start of a part in the present turns of the repeats around a call. */
const movedStart = (start: number, moves: readonly number[]): string =>
  moves.reduce(
    (text, move, depth) =>
      move === 0 ? text : `${text} ${move < 0 ? "-" : "+"} ${Math.abs(move)} * ${turnName(depth)}`,
    String(start),
  );
const turnName = (depth: number): string => `turn${depth}`;

/** The calls of a program in their order, each below a comment with its origin. */
function callLines(calls: readonly Call[], place: Place, depth = 0): readonly string[] {
  let last: string | undefined;
  return calls.flatMap((call) => {
    if (isRepeated(call)) {
      const turn = turnName(depth);
      const inside = callLines(call.calls, place, depth + 1).map((line) => `  ${line}`);
      last = undefined;
      return [`for (let ${turn} = 0; ${turn} < ${call.turns}; ${turn}++) {`, ...inside, "}"];
    }
    const { shared, kernel, places, streams } = call;
    const args = places.flatMap(({ buffer, start, moves }, i) =>
      shared.parameters[i]?.within === true ? [buffer, movedStart(start, moves)] : [buffer],
    );
    const from = shared.calls === 1 ? undefined : place(kernel);
    const heading = from === undefined || from === last ? [] : comment(from).map((line) => `// ${line}`);
    last = from;
    return [...heading, `${shared.name}(${["samples", ...args, ...streams].join(", ")});`];
  });
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
  const modules = new Set<string>();
  const out = printer();
  if (doc !== "") out.line(doc);
  out.block(head, () => {
    out.line(`const memory = new ArrayBuffer(${program.arenaBytes});`);
    for (const buffer of program.buffers) {
      out.line(`const ${buffer.name} = new ${arrayOf(buffer)}(memory, ${buffer.offset}, ${buffer.length});`);
      if (buffer.data === undefined) continue;
      const { line, module } = constantText(buffer, buffer.name);
      out.line(line);
      if (module !== undefined) modules.add(module);
    }
    out.line("");
    const printed = new Map<SharedKernel, FunctionText>();
    for (const { fn, calls } of shareKernels(program).functions) {
      for (const call of kernelCalls(calls))
        if (!printed.has(call.shared)) {
          const text = functionOf(call.shared, place);
          printed.set(call.shared, text);
          docComment(out, text.comment);
          out.block(`function ${call.shared.name}(${text.parameters.join(", ")})${typed(": void")}`, () =>
            printKernel(out, text.kernel, { helpers, stream: text.stream }, sizes),
          );
          out.line("");
        }
      out.block(`function ${runner(fn.name)}(samples${typed(": number")})${typed(": void")}`, () => {
        for (const line of callLines(calls, place)) out.line(line);
      });
      out.line("");
    }
    for (const line of tail) out.line(line);
  });
  const functions = [...helpers].sort().flatMap((name) => {
    const helper = name === "uniform" ? undefined : jsSpelling(name).helper;
    return helper === undefined ? [] : [`${helperText(helper)}\n`];
  });
  if (helpers.has("uniform")) modules.add("core/threefry");
  return { text: [...functions, out.toString()].join("\n"), modules: [...modules] };
}
