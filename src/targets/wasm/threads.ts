// Threads inside the module: commands from the main thread, phases whose units whichever thread is free claims, and a loop in
// which the others wait. All state is in shared memory: a block of control words after the arena, and one word at the start
// of each thread's region.
//
// The main thread begins a command and then runs it; the others work at the same time. It writes the command between two
// changes of its number, which is odd during the writing. A worker that arrives late finds a new number and takes part from
// there on: results do not depend on how many threads take part.
//
// A phase is a kernel, or a few that one thread runs. Its units come in portions, and each thread has a share of them: it
// claims one portion after another, first of its own share and then of those of the others. A phase is over when all
// portions are done, not when all threads have arrived: a late thread, whose core is busy with something else, delays nobody.
// Claims hold the number of the phase, so a late thread cannot claim a portion of a later phase.

import { controlWords, openShares, type Regions, type Words } from "./control.ts";
import { phaseFunctions } from "./phases.ts";
import { functionText, get, i32, setLocal } from "./wat.ts";

/** The place of a program's calls in memory, in bytes. */
export interface CallSpan {
  readonly start: number;
  readonly end: number;
}

const parameters = (...names: readonly string[]) => names.map((name) => ({ name, type: "i32" as const }));

/** Runs the calls of a program. */
function dispatchFunction(programs: readonly CallSpan[]): string {
  return functionText("dispatch", parameters("program", "thread", "threads", "samples", "first"), (code) => {
    programs.forEach(({ start, end }, i) => {
      const given = "(local.get $thread) (local.get $threads) (local.get $samples) (local.get $first)";
      if (start < end)
        code.line(
          `(if (i32.eq (local.get $program) ${i32(i)}) (then (drop (call $run_calls ${given} ${i32(start)} ${i32(end)} ${i32(0)})) (return)))`,
        );
    });
  });
}

/** Issues a command. */
function beginFunction(words: Words): string {
  const { load, store, wake } = words;
  return functionText(
    "begin",
    parameters("program", "samples", "columns"),
    (code) => {
      const next = `(i32.add ${load("number")} (i32.const 1))`;
      code.line(store("number", next));
      code.line(store("program", "(local.get $program)"));
      code.line(store("samples", "(local.get $samples)"));
      code.line(store("columns", "(local.get $columns)"));
      code.line(store("threads", `(i32.add (i32.const 1) ${load("ready")})`));
      code.line(store("first", load("phase")));
      openShares(code, words, load("threads"), load("phase"));
      code.line(store("number", next));
      code.line(wake("number"));
    },
    { exported: true },
  );
}

/** The main thread's part of a command. */
function runFunction({ load }: Words): string {
  return functionText(
    "run",
    [],
    (code) => {
      code.line(`(global.set $columns ${load("columns")})`);
      code.line(
        `(call $dispatch ${load("program")} (i32.const 0) ${load("threads")} ${load("samples")} ${load("first")})`,
      );
    },
    { exported: true },
  );
}

/** The loop of the other threads: they wait for commands and take part in them. */
function workFunction({ at, load }: Words): string {
  return functionText(
    "work",
    [],
    (code) => {
      const [thread, seen, next] = [code.local("i32", "thread"), code.local("i32", "seen"), code.local("i32", "next")];
      const [program, count, threads, first] = [
        code.local("i32", "program"),
        code.local("i32", "count"),
        code.local("i32", "threads"),
        code.local("i32", "first"),
      ];
      setLocal(code, seen, load("number"));
      setLocal(code, thread, `(i32.add (i32.atomic.rmw.add ${at("ready")} (i32.const 1)) (i32.const 1))`);
      const label = code.label("command");
      code.form(`(loop ${label}`, () => {
        code.line(`(call $wait_number ${get(seen)})`);
        const read = code.label("read");
        code.form(`(loop ${read}`, () => {
          setLocal(code, next, load("number"));
          setLocal(code, program, load("program"));
          setLocal(code, count, load("samples"));
          setLocal(code, threads, load("threads"));
          setLocal(code, first, load("first"));
          code.line(`(global.set $columns ${load("columns")})`);
          code.line(
            `(br_if ${read} (i32.or (i32.and ${get(next)} (i32.const 1)) (i32.ne ${get(next)} ${load("number")})))`,
          );
        });
        setLocal(code, seen, get(next));
        code.form(
          `(if (i32.lt_s ${get(thread)} ${get(threads)}) (then`,
          () =>
            code.line(`(call $dispatch ${get(program)} ${get(thread)} ${get(threads)} ${get(count)} ${get(first)})`),
          "))",
        );
        code.line(`(br ${label})`);
      });
    },
    { exported: true },
  );
}

/** `programs` in the order of their numbers; `run_calls(thread, threads, samples, first, row, end, depth)` runs their calls. */
export function threadFunctions(control: number, regions: Regions, programs: readonly CallSpan[]): readonly string[] {
  const words = controlWords(control, regions);
  return [
    ...phaseFunctions(words),
    dispatchFunction(programs),
    beginFunction(words),
    runFunction(words),
    workFunction(words),
  ];
}
