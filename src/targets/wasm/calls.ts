// The calls of a program as a table in memory, and the one function that runs them. A call is a row: the kernel's
// number, the number of calls in its phase, the number of its arguments, and the arguments: addresses in bytes, then numbers
// of random streams. Threads share the units of a phase with one call; one thread runs a phase with several, in order.

import { CompilerBug } from "../../base/compilerBug.ts";
import type { Buffer } from "../../ir/loops.ts";
import { type Call, isRepeated, type KernelCall, kernelCalls, type Place, type SharedProgram } from "../loops/share.ts";
import { minText } from "./contract/blocks.ts";
import { CLAIM_BYTES, type Regions } from "./control.ts";
import type { KernelText } from "./kernel.ts";
import { samples, widthOf } from "./scope.ts";
import { addI32, type Code, forLoop, functionText, get, i32, quotient, setLocal, type WatType } from "./wat.ts";

/** One call: its row in words. The words after the head are the arguments, then how they move in each repeat around it. */
export interface CallRow {
  readonly call: KernelCall;
  readonly words: readonly number[];
}
/** A repeat: the word REPEAT, the turns, the bytes of its rows; then those. */
export interface RepeatRow {
  readonly turns: number;
  readonly rows: readonly Row[];
}
export type Row = CallRow | RepeatRow;

export const isRepeatRow = (row: Row): row is RepeatRow => "turns" in row;

/** Stands for a kernel's number. */
const REPEAT = -1;

/** All words of some rows. */
export const wordsOf = (rows: readonly Row[]): readonly number[] =>
  rows.flatMap((row) => {
    if (!isRepeatRow(row)) return row.words;
    const inside = wordsOf(row.rows);
    return [REPEAT, row.turns, 4 * inside.length, ...inside];
  });

/** The rows of one program, and their place in the table, in bytes. */
export interface ProgramRows {
  readonly name: string;
  readonly rows: readonly Row[];
  readonly start: number;
  readonly end: number;
}

const HEAD_WORDS = 3;

/** The number of calls in the phase that begins at each call; 0 for a call in an earlier call's phase. */
function phaseSizes(calls: readonly Call[], isParallel: (call: KernelCall) => boolean): readonly number[] {
  const sizes: number[] = [];
  let first = -1;
  calls.forEach((call, i) => {
    if (isRepeated(call)) {
      sizes.push(0);
      first = -1;
      return;
    }
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
  const bufferOf = (name: string): Buffer => {
    const found = buffers.get(name);
    if (found === undefined) throw new CompilerBug(`no buffer '${name}'`);
    return found;
  };
  const addressOf = ({ buffer, start }: Place): number => {
    const { offset, dtype } = bufferOf(buffer);
    return offset + start * widthOf(dtype);
  };
  /** The bytes by which each argument moves in the repeat of this depth. */
  const movesOf = ({ places, streams }: KernelCall, depth: number): readonly number[] => [
    ...places.map(({ buffer, moves }) => (moves[depth] ?? 0) * widthOf(bufferOf(buffer).dtype)),
    ...streams.map(() => 0),
  ];
  const rowsOf = (calls: readonly Call[], depth: number): readonly Row[] => {
    const sizes = phaseSizes(calls, (call) => texts[numberOf(call)]?.parallel ?? false);
    return calls.map((call, i): Row => {
      if (isRepeated(call)) return { turns: call.turns, rows: rowsOf(call.calls, depth + 1) };
      const args = [...call.places.map(addressOf), ...call.streams.map((stream) => stream | 0)];
      const moves = Array.from({ length: depth }, (_, around) => movesOf(call, around)).flat();
      return { call, words: [numberOf(call), sizes[i] ?? 0, args.length, ...args, ...moves] };
    });
  };
  let at = 0;
  return shared.functions.map(({ fn, calls }) => {
    const rows = rowsOf(calls, 0);
    const start = at;
    at += 4 * wordsOf(rows).length;
    return { name: fn.name, rows, start, end: at };
  });
}

export const tableBytes = (programs: readonly ProgramRows[]): number => programs[programs.length - 1]?.end ?? 0;

/** The words that a thread keeps while it runs repeats: its turn in each, and the arguments of the present call. */
export interface RepeatWords {
  readonly depth: number;
  readonly args: number;
}

const depthOf = (calls: readonly Call[]): number =>
  Math.max(0, ...calls.map((call) => (isRepeated(call) ? 1 + depthOf(call.calls) : 0)));

/** What the repeats of all programs need; nothing if there are none. */
export function repeatWords({ functions }: SharedProgram): RepeatWords {
  const depth = Math.max(0, ...functions.map(({ calls }) => depthOf(calls)));
  const counts = functions.flatMap(({ calls }) =>
    kernelCalls(calls).map(({ places, streams }) => places.length + streams.length),
  );
  return { depth, args: depth === 0 ? 0 : Math.max(0, ...counts) };
}
export const repeatBytes = ({ depth, args }: RepeatWords): number => 64 * Math.ceil((4 * (depth + args)) / 64);

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
  ...["own", "width", "index", "around", "value", "repeated"],
] as const;

/** `run_calls` being written: its locals by their names. */
interface RunCalls {
  readonly code: Code;
  readonly words: RepeatWords;
  readonly locals: Readonly<Record<(typeof runCallsLocals)[number], string>>;
}

const word = (row: string, number: number): string => `(i32.load offset=${4 * number} ${get(row)})`;

/** Goes to the next row. `width` is the number of words for each argument: its own, and one for each repeat around it. */
const stepRow = ({ code, locals: { width } }: RunCalls, row: string): void =>
  setLocal(
    code,
    row,
    addI32(addI32(get(row), i32(4 * HEAD_WORDS)), `(i32.shl (i32.mul ${word(row, 2)} ${get(width)}) (i32.const 2))`),
  );

/** Sets the arguments of the call in row `$at`: within repeats, they move with the turns, into the thread's own words. */
function setArguments({ code, words, locals }: RunCalls): void {
  const { at, args, own, index, around, value } = locals;
  setLocal(code, args, addI32(get(at), i32(4 * HEAD_WORDS)));
  if (words.depth === 0) return;
  const count = word(at, 2);
  const shift = (words: string): string => `(i32.shl ${words} (i32.const 2))`;
  code.form(
    `(if (local.get $depth) (then`,
    () => {
      forLoop(code, index, i32(0), count, 1, () => {
        setLocal(code, value, `(i32.load ${addI32(get(args), shift(get(index)))})`);
        forLoop(code, around, i32(0), "(local.get $depth)", 1, () => {
          const place = addI32(get(index), `(i32.mul ${count} ${addI32(get(around), i32(1))})`);
          const move = `(i32.load ${addI32(get(args), shift(place))})`;
          const turn = `(i32.load ${addI32(get(own), shift(get(around)))})`;
          setLocal(code, value, addI32(get(value), `(i32.mul ${move} ${turn})`));
        });
        code.line(`(i32.store offset=${4 * words.depth} ${addI32(get(own), shift(get(index)))} ${get(value)})`);
      });
      setLocal(code, args, addI32(get(own), i32(4 * words.depth)));
    },
    "))",
  );
}

/** Runs the rows of the repeat in `$row`, turn after turn, and goes to the first row after it. */
function runRepeat({ code, locals }: RunCalls): void {
  const { own, repeated, next } = locals;
  setLocal(code, repeated, i32(0));
  setLocal(code, next, addI32(addI32("(local.get $row)", i32(4 * HEAD_WORDS)), word("$row", 2)));
  const again = code.label("again");
  code.form(`(loop ${again}`, () => {
    const place = addI32(get(own), "(i32.shl (local.get $depth) (i32.const 2))");
    code.line(`(i32.store ${place} ${get(repeated)})`);
    const given = "(local.get $thread) (local.get $threads) (local.get $samples) (local.get $first)";
    const inside = addI32("(local.get $row)", i32(4 * HEAD_WORDS));
    const deeper = addI32("(local.get $depth)", i32(1));
    setLocal(code, "$first", `(call $run_calls ${given} ${inside} ${get(next)} ${deeper})`);
    setLocal(code, repeated, addI32(get(repeated), i32(1)));
    code.line(`(br_if ${again} (i32.lt_s ${get(repeated)} ${word("$row", 1)}))`);
  });
  setLocal(code, "$row", get(next));
}

/** Does the units from `$from` on of the call in row `$at`. The thread's first portion runs the prologue before them. */
function callRow(run: RunCalls): void {
  const { code, locals } = run;
  const { scratch, units, size, mine, kernel, at, from, args } = locals;
  setLocal(code, kernel, word(at, 0));
  setArguments(run);
  const prologue = callText("prologue", get(kernel), samples, get(scratch), get(args));
  code.line(`(if (i32.eqz ${get(mine)}) (then ${prologue}))`);
  const to = minText(addI32(get(from), get(size)), get(units));
  code.line(callText("body", get(kernel), samples, get(from), to, get(scratch), get(args)));
}

/** Counts the portions of the phase that begins at `$row`, and finds the first row after it. */
function openPhase(run: RunCalls): void {
  const { code, locals } = run;
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
    stepRow(run, next);
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
          stepRow(run, at);
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

/**
 * `run_calls(thread, threads, samples, first, row, end, depth)`: the rows from `row` to before `end`, within `depth` repeats.
 * `first` numbers their phases; it returns the number of the phase after them.
 */
export function runCalls(regions: Regions, words: RepeatWords): string {
  const given = i32s(["thread", "threads", "samples", "first", "row", "end", "depth"]);
  return functionText(
    "run_calls",
    given,
    (code) => {
      const locals = Object.fromEntries(
        runCallsLocals.map((name) => [name, code.local("i32", name)]),
      ) as RunCalls["locals"];
      const run: RunCalls = { code, words, locals };
      const { scratch, portions, mine, next, own, width } = locals;
      setLocal(
        code,
        own,
        addI32(`(i32.mul (local.get $thread) ${i32(regions.bytes)})`, i32(regions.start + CLAIM_BYTES)),
      );
      setLocal(code, scratch, addI32(get(own), i32(repeatBytes(words))));
      setLocal(code, width, addI32("(local.get $depth)", i32(1)));
      const phase = (): void => {
        openPhase(run);
        doPortions(run);
        code.line(`(call $finish ${threadCount} (local.get $first) ${get(portions)} ${get(mine)})`);
        setLocal(code, "$first", addI32("(local.get $first)", i32(1)));
        setLocal(code, "$row", get(next));
      };
      const step = code.label("step");
      code.form(`(loop ${step}`, () => {
        if (words.depth === 0) phase();
        else {
          code.form(`(if (i32.eq ${word("$row", 0)} ${i32(REPEAT)}) (then`, () => runRepeat(run));
          code.form("(else", phase, "))");
        }
        code.line(`(br_if ${step} (i32.lt_u (local.get $row) (local.get $end)))`);
      });
      code.line("(local.get $first)");
    },
    { result: "i32" },
  );
}
