// How threads work together inside the module: commands from the main thread, phases of work that is handed out while they
// run, and a loop in which the others wait. All of it is in shared memory: a block of control words after the arena, and one
// word at the start of each thread's region.
//
// A command is begun and then run, both by the main thread: the others work meanwhile. It is written between two changes of its number, which is odd meanwhile. A worker that arrives late finds the
// number it has not seen yet and takes part from there on: results do not depend on how many take part.
//
// A phase is a kernel, or a few that one thread runs. Its units come in portions, and each thread has a share of them: it
// claims one portion after another, first of its own share and then of those of the others. A phase is over when all
// portions are done, not when all threads have come: whoever is late, because something else has its core, delays nobody.
// What is claimed bears the number of the phase, so a thread that comes late can claim nothing of a later one.

import { addI32, type Code, forLoop, functionText, get, i32, quotient, setLocal } from "./wat.ts";

/** Control words, in bytes from the start of the block; each busy one on a cache line of its own. */
export const CONTROL = {
  number: 0,
  program: 4,
  samples: 8,
  threads: 12,
  first: 16,
  columns: 20,
  done: 64,
  phase: 128,
  sleepers: 132,
  ready: 192,
  failed: 196,
} as const;
export const CONTROL_BYTES = 256;

/** What a thread's region begins with: the phase, and how many portions of its share are claimed. A cache line. */
export const CLAIM_BYTES = 64;

/** Portions in a thread's share: more mean shorter waiting for the last one, and more claims. */
const PORTIONS = 16;

/** Turns of waiting before a thread sleeps: some tens of microseconds for a phase, a step's preparation for a command. */
const PHASE_SPINS = 20_000;
const COMMAND_SPINS = 200_000;

/** Where the threads' regions lie. */
export interface Regions {
  readonly start: number;
  readonly bytes: number;
}

/** Where the calls of a program lie in memory, in bytes. */
export interface CallSpan {
  readonly start: number;
  readonly end: number;
}

/** `programs` in the order of their numbers: the calls that `run_calls(thread, threads, samples, first, row, end)` does. */
export function threadFunctions(control: number, regions: Regions, programs: readonly CallSpan[]): readonly string[] {
  const at = (name: keyof typeof CONTROL): string => i32(control + CONTROL[name]);
  const load = (name: keyof typeof CONTROL): string => `(i32.atomic.load ${at(name)})`;
  const store = (name: keyof typeof CONTROL, value: string): string => `(i32.atomic.store ${at(name)} ${value})`;

  /** Waits until the word is no longer `old`: first looking again and again, then asleep. */
  const waitWhile = (word: keyof typeof CONTROL, spins: number): string =>
    functionText(`wait_${word}`, [{ name: "old", type: "i32" }], (code) => {
      const left = code.local("i32", "left");
      setLocal(code, left, i32(spins));
      const label = code.label("look");
      code.form(`(loop ${label}`, () => {
        code.line(`(if (i32.ne ${load(word)} (local.get $old)) (then (return)))`);
        code.line(`(br_if ${label} (local.tee ${left} (i32.sub ${get(left)} (i32.const 1))))`);
      });
      const sleep = code.label("sleep");
      code.form(`(loop ${sleep}`, () => {
        code.line(`(drop (i32.atomic.rmw.add ${at("sleepers")} (i32.const 1)))`);
        code.line(`(drop (memory.atomic.wait32 ${at(word)} (local.get $old) (i64.const -1)))`);
        code.line(`(drop (i32.atomic.rmw.sub ${at("sleepers")} (i32.const 1)))`);
        code.line(`(br_if ${sleep} (i32.eq ${load(word)} (local.get $old)))`);
      });
    });
  const wake = (word: keyof typeof CONTROL): string =>
    `(if ${load("sleepers")} (then (drop (memory.atomic.notify ${at(word)} (i32.const -1)))))`;

  // A thread that fails never does what it has claimed: the others fail too instead of waiting for it.
  const stopIfFailed = `(if ${load("failed")} (then (unreachable)))`;
  const fail = functionText(
    "fail",
    [],
    (code) => {
      code.line(store("failed", i32(1)));
      code.line(`(drop (i32.atomic.rmw.add ${at("phase")} (i32.const 1)))`);
      code.line(wake("phase"));
    },
    { exported: true },
  );

  const region = (thread: string): string => addI32(`(i32.mul ${thread} ${i32(regions.bytes)})`, i32(regions.start));

  /** Nothing is claimed of the shares of `threads` threads in a phase. */
  function openShares(code: Code, threads: string, phase: string): void {
    const thread = code.local("i32", "share");
    forLoop(code, thread, i32(0), threads, 1, () =>
      code.line(`(i64.atomic.store ${region(get(thread))} (i64.shl (i64.extend_i32_u ${phase}) (i64.const 32)))`),
    );
  }

  // Units in a portion: whole grains.
  const portion = functionText(
    "portion",
    [
      { name: "units", type: "i32" },
      { name: "threads", type: "i32" },
      { name: "grain", type: "i32" },
    ],
    (code) => {
      code.line("(if (i32.eq (local.get $threads) (i32.const 1)) (then (return (local.get $units))))");
      const wanted = quotient("(local.get $units)", `(i32.mul (local.get $threads) ${i32(PORTIONS)})`);
      code.line(`(i32.mul ${quotient(wanted, "(local.get $grain)")} (local.get $grain))`);
    },
    { result: "i32" },
  );

  // The number of a portion that nobody else does, or -1.
  const claim = functionText(
    "claim",
    [
      { name: "thread", type: "i32" },
      { name: "threads", type: "i32" },
      { name: "phase", type: "i32" },
      { name: "portions", type: "i32" },
    ],
    (code) => {
      const local = (name: string): string => code.local("i32", name);
      const [whose, left, first, count, place] = [
        local("whose"),
        local("left"),
        local("share_first"),
        local("share_count"),
        local("place"),
      ];
      const word = code.local("i64", "word");
      const shareStart = (thread: string): string =>
        quotient(`(i32.mul (local.get $portions) ${thread})`, "(local.get $threads)");
      setLocal(code, whose, "(local.get $thread)");
      setLocal(code, left, "(local.get $threads)");
      const next = code.label("share");
      code.form(`(loop ${next}`, () => {
        setLocal(code, first, shareStart(get(whose)));
        setLocal(code, count, `(i32.sub ${shareStart(addI32(get(whose), i32(1)))} ${get(first)})`);
        setLocal(code, place, region(get(whose)));
        const again = code.label("again");
        code.form(`(loop ${again}`, () => {
          setLocal(code, word, `(i64.atomic.load ${get(place)})`);
          code.line(
            `(if (i32.ne (i32.wrap_i64 (i64.shr_u ${get(word)} (i64.const 32))) (local.get $phase)) (then (return (i32.const -1))))`,
          );
          code.form(
            `(if (i32.lt_s (i32.wrap_i64 ${get(word)}) ${get(count)}) (then`,
            () => {
              code.line(
                `(br_if ${again} (i64.ne ${get(word)} (i64.atomic.rmw.cmpxchg ${get(place)} ${get(word)} (i64.add ${get(word)} (i64.const 1)))))`,
              );
              code.line(`(return ${addI32(get(first), `(i32.wrap_i64 ${get(word)})`)})`);
            },
            "))",
          );
        });
        setLocal(code, whose, addI32(get(whose), i32(1)));
        code.line(`(if (i32.eq ${get(whose)} (local.get $threads)) (then (local.set ${whose} (i32.const 0))))`);
        code.line(`(br_if ${next} (local.tee ${left} (i32.sub ${get(left)} (i32.const 1))))`);
      });
      code.line("(i32.const -1)");
    },
    { result: "i32" },
  );

  // Says that `mine` portions are done, and waits until all are.
  const finish = functionText(
    "finish",
    [
      { name: "threads", type: "i32" },
      { name: "phase", type: "i32" },
      { name: "portions", type: "i32" },
      { name: "mine", type: "i32" },
    ],
    (code) => {
      const next = addI32("(local.get $phase)", i32(1));
      code.form(
        "(if (local.get $mine) (then",
        () =>
          code.form(
            `(if (i32.eq (i32.add (i32.atomic.rmw.add ${at("done")} (local.get $mine)) (local.get $mine)) (local.get $portions)) (then`,
            () => {
              code.line(store("done", i32(0)));
              openShares(code, "(local.get $threads)", next);
              code.line(store("phase", next));
              code.line(wake("phase"));
            },
            "))",
          ),
        "))",
      );
      code.line(stopIfFailed);
      code.line("(call $wait_phase (local.get $phase))");
      code.line(stopIfFailed);
    },
  );

  const dispatch = functionText(
    "dispatch",
    [
      { name: "program", type: "i32" },
      { name: "thread", type: "i32" },
      { name: "threads", type: "i32" },
      { name: "samples", type: "i32" },
      { name: "first", type: "i32" },
    ],
    (code) => {
      programs.forEach(({ start, end }, i) => {
        const given = "(local.get $thread) (local.get $threads) (local.get $samples) (local.get $first)";
        if (start < end)
          code.line(
            `(if (i32.eq (local.get $program) ${i32(i)}) (then (call $run_calls ${given} ${i32(start)} ${i32(end)}) (return)))`,
          );
      });
    },
  );

  const begin = functionText(
    "begin",
    [
      { name: "program", type: "i32" },
      { name: "samples", type: "i32" },
      { name: "columns", type: "i32" },
    ],
    (code) => {
      const next = `(i32.add ${load("number")} (i32.const 1))`;
      code.line(store("number", next));
      code.line(store("program", "(local.get $program)"));
      code.line(store("samples", "(local.get $samples)"));
      code.line(store("columns", "(local.get $columns)"));
      code.line(store("threads", `(i32.add (i32.const 1) ${load("ready")})`));
      code.line(store("first", load("phase")));
      openShares(code, load("threads"), load("phase"));
      code.line(store("number", next));
      code.line(wake("number"));
    },
    { exported: true },
  );

  const run = functionText(
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

  const work = functionText(
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
  return [
    waitWhile("number", COMMAND_SPINS),
    waitWhile("phase", PHASE_SPINS),
    portion,
    claim,
    finish,
    fail,
    dispatch,
    begin,
    run,
    work,
  ];
}
