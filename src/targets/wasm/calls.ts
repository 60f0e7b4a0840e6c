// The calls of a program as a table in memory, and the one function that runs them. A call is a row: the kernel's
// number, the number of calls in its phase, the number of its arguments, and the arguments: addresses in bytes, then numbers
// of random streams. Threads share the units of a phase with one call; one thread runs a phase with several, in order.

import { CompilerBug } from "../../base/compilerBug.ts";
import type { KernelCall, SharedProgram } from "../loops/share.ts";
import { minText } from "./contract/blocks.ts";
import { CLAIM_BYTES, type Regions } from "./control.ts";
import type { KernelText } from "./kernel.ts";
import { samples, widthOf } from "./scope.ts";
import { addI32, type Code, functionText, get, i32, quotient, setLocal, type WatType } from "./wat.ts";

/** One call: its row in words. */
export interface CallRow {
  readonly call: KernelCall;
  readonly words: readonly number[];
}

/** The rows of one program, and their place in the table, in bytes. */
export interface ProgramRows {
  readonly name: string;
  readonly rows: readonly CallRow[];
  readonly start: number;
  readonly end: number;
}

const HEAD_WORDS = 3;

/** The number of calls in the phase that begins at each call; 0 for a call in an earlier call's phase. */
function phaseSizes(calls: readonly KernelCall[], isParallel: (call: KernelCall) => boolean): readonly number[] {
  const sizes: number[] = [];
  let first = -1;
  calls.forEach((call, i) => {
    const joins = first >= 0 && !isParallel(call);
    if (joins) sizes[first] = (sizes[first] ?? 0) + 1;
    sizes.push(joins ? 0 : 1);
    if (isParallel(call)) first = -1;
    else if (!joins) first = i;
  });
  return sizes;
}

/** The table of all programs, starting at 0. */
export function callRows(shared: SharedProgram, texts: readonly KernelText[]): readonly ProgramRows[] {
  const numbers = new Map(shared.kernels.map((kernel, i) => [kernel, i]));
  const buffers = new Map(shared.program.buffers.map((buffer) => [buffer.name, buffer]));
  const numberOf = ({ shared }: KernelCall): number => numbers.get(shared) ?? -1;
  const addressOf = ({ buffer, start }: KernelCall["places"][number]): number => {
    const found = buffers.get(buffer);
    if (found === undefined) throw new CompilerBug(`no buffer '${buffer}'`);
    return found.offset + start * widthOf(found.dtype);
  };
  let at = 0;
  return shared.functions.map(({ fn, calls }) => {
    const sizes = phaseSizes(calls, (call) => texts[numberOf(call)]?.parallel ?? false);
    const rows = calls.map((call, i) => {
      const args = [...call.places.map(addressOf), ...call.streams.map((stream) => stream | 0)];
      return { call, words: [numberOf(call), sizes[i] ?? 0, args.length, ...args] };
    });
    const start = at;
    at += rows.reduce((bytes, { words }) => bytes + 4 * words.length, 0);
    return { name: fn.name, rows, start, end: at };
  });
}

export const tableBytes = (programs: readonly ProgramRows[]): number => programs[programs.length - 1]?.end ?? 0;

/** A kernel's four functions in the table of functions, in this order, and their signatures. */
const kernelFunctions = {
  units: { parameters: ["samples"], result: "i32" },
  grain: { parameters: ["samples", "threads"], result: "i32" },
  prologue: { parameters: ["samples", "scratch", "args"], result: undefined },
  body: { parameters: ["samples", "from", "to", "scratch", "args"], result: undefined },
} as const satisfies Readonly<
  Record<string, { readonly parameters: readonly string[]; readonly result: WatType | undefined }>
>;
type KernelFunction = keyof typeof kernelFunctions;
const kinds = Object.keys(kernelFunctions) as readonly KernelFunction[];

const typeText = (kind: KernelFunction): string => {
  const { parameters, result } = kernelFunctions[kind];
  return `(type $${kind} (func ${parameters.map(() => "(param i32)").join(" ")}${result === undefined ? "" : ` (result ${result})`}))`;
};

/** Calls one of the functions of the kernel with the number `kernel`. */
const callText = (kind: KernelFunction, kernel: string, ...args: readonly string[]): string =>
  `(call_indirect (type $${kind}) ${args.join(" ")} ${addI32(`(i32.shl ${kernel} (i32.const 2))`, i32(kinds.indexOf(kind)))})`;

const i32s = (names: readonly string[]) => names.map((name) => ({ name, type: "i32" as const }));

/** The functions that count units and grains, and the table through which calls reach kernels. */
export function kernelTable(texts: readonly KernelText[]): readonly string[] {
  const counts = new Map<string, { readonly name: string; readonly text: string }>();
  /** The function that returns `value`. Kernels with the same number of units share it. */
  const count = (kind: "units" | "grain", value: string): string => {
    const key = `${kind} ${value}`;
    const known = counts.get(key);
    if (known !== undefined) return known.name;
    const { parameters, result } = kernelFunctions[kind];
    const name = `${kind}_${counts.size}`;
    counts.set(key, { name, text: functionText(name, i32s(parameters), (code) => code.line(value), { result }) });
    return name;
  };
  const names = texts.flatMap((text) => [
    count("units", text.units),
    count("grain", text.grain),
    text.prologue?.name ?? "nothing",
    text.name,
  ]);
  return [
    ...kinds.map(typeText),
    ...[...counts.values()].map(({ text }) => text),
    functionText("nothing", i32s(kernelFunctions.prologue.parameters), () => undefined),
    `(table ${names.length} funcref)`,
    `(elem (i32.const 0) ${names.map((name) => `$${name}`).join(" ")})`,
  ];
}

const runCallsLocals = [
  ...["scratch", "units", "size", "portions", "turn"],
  ...["mine", "kernel", "next", "left", "at", "from", "args"],
] as const;

/** `run_calls` being written: its locals by their names. */
interface RunCalls {
  readonly code: Code;
  readonly locals: Readonly<Record<(typeof runCallsLocals)[number], string>>;
}

const word = (row: string, number: number): string => `(i32.load offset=${4 * number} ${get(row)})`;

/** Goes to the next row. */
const stepRow = (code: Code, row: string): void =>
  setLocal(code, row, addI32(addI32(get(row), i32(4 * HEAD_WORDS)), `(i32.shl ${word(row, 2)} (i32.const 2))`));

/** Does the units from `$from` on of the call in row `$at`. The thread's first portion runs the prologue before them. */
function callRow({ code, locals }: RunCalls): void {
  const { scratch, units, size, mine, kernel, at, from, args } = locals;
  setLocal(code, kernel, word(at, 0));
  setLocal(code, args, addI32(get(at), i32(4 * HEAD_WORDS)));
  const prologue = callText("prologue", get(kernel), samples, get(scratch), get(args));
  code.line(`(if (i32.eqz ${get(mine)}) (then ${prologue}))`);
  const to = minText(addI32(get(from), get(size)), get(units));
  code.line(callText("body", get(kernel), samples, get(from), to, get(scratch), get(args)));
}

/** Counts the portions of the phase that begins at `$row`, and finds the first row after it. */
function openPhase({ code, locals }: RunCalls): void {
  const { units, size, portions, kernel, next, left } = locals;
  setLocal(code, kernel, word("$row", 0));
  setLocal(code, units, callText("units", get(kernel), samples));
  const grain = callText("grain", get(kernel), samples, threadCount);
  setLocal(code, size, `(call $portion ${get(units)} ${threadCount} ${grain})`);
  setLocal(code, portions, quotient(get(units), get(size)));
  setLocal(code, next, "(local.get $row)");
  setLocal(code, left, word("$row", 1));
  const skip = code.label("skip");
  code.form(`(loop ${skip}`, () => {
    stepRow(code, next);
    code.line(`(br_if ${skip} (local.tee ${left} (i32.sub ${get(left)} (i32.const 1))))`);
  });
}

/** Claims portions until none is left, and does all calls of the phase for each. */
function doPortions(run: RunCalls): void {
  const { code, locals } = run;
  const { size, portions, turn, mine, next, at, from } = locals;
  setLocal(code, mine, i32(0));
  const more = code.label("more");
  code.form(`(loop ${more}`, () => {
    const claim = `(call $claim (local.get $thread) ${threadCount} (local.get $first) ${get(portions)})`;
    setLocal(code, turn, claim);
    code.form(
      `(if (i32.ge_s ${get(turn)} (i32.const 0)) (then`,
      () => {
        setLocal(code, from, `(i32.mul ${get(turn)} ${get(size)})`);
        setLocal(code, at, "(local.get $row)");
        const together = code.label("together");
        code.form(`(loop ${together}`, () => {
          callRow(run);
          stepRow(code, at);
          code.line(`(br_if ${together} (i32.lt_u ${get(at)} ${get(next)}))`);
        });
        setLocal(code, mine, addI32(get(mine), i32(1)));
        code.line(`(br ${more})`);
      },
      "))",
    );
  });
}

const threadCount = "(local.get $threads)";

/** `run_calls(thread, threads, samples, first, row, end)`: the rows from `row` to before `end`; `first` numbers their phases. */
export function runCalls(regions: Regions): string {
  return functionText("run_calls", i32s(["thread", "threads", "samples", "first", "row", "end"]), (code) => {
    const locals = Object.fromEntries(
      runCallsLocals.map((name) => [name, code.local("i32", name)]),
    ) as RunCalls["locals"];
    const run: RunCalls = { code, locals };
    const { scratch, portions, mine, next } = locals;
    const own = addI32(`(i32.mul (local.get $thread) ${i32(regions.bytes)})`, i32(regions.start + CLAIM_BYTES));
    setLocal(code, scratch, own);
    const phase = code.label("phase");
    code.form(`(loop ${phase}`, () => {
      openPhase(run);
      doPortions(run);
      code.line(`(call $finish ${threadCount} (local.get $first) ${get(portions)} ${get(mine)})`);
      setLocal(code, "$first", addI32("(local.get $first)", i32(1)));
      setLocal(code, "$row", get(next));
      code.line(`(br_if ${phase} (i32.lt_u (local.get $row) (local.get $end)))`);
    });
  });
}
