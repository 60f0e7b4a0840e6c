// How threads work together inside the module: commands from the main thread, a barrier after each kernel, and a loop in
// which the others wait. All of it is in shared memory, in a block of control words after the arena.
//
// A command is written between two changes of its number, which is odd meanwhile. A worker that arrives late finds the
// number it has not seen yet and takes part from there on: results do not depend on how many take part.

import { functionText, get, i32, setLocal } from "./wat.ts";

/** Control words, in bytes from the start of the block; each busy one on a cache line of its own. */
export const CONTROL = {
  number: 0,
  program: 4,
  samples: 8,
  threads: 12,
  arrived: 64,
  round: 128,
  sleepers: 132,
  ready: 192,
  failed: 196,
} as const;
export const CONTROL_BYTES = 256;

/** Turns of waiting before a thread sleeps: some tens of microseconds for a barrier, a step's preparation for a command. */
const BARRIER_SPINS = 20_000;
const COMMAND_SPINS = 200_000;

/** `barrier`, `start`, `work`, `fail`; `programs` are the functions `run_NAME(thread, threads, samples)` in the order of their numbers. */
export function threadFunctions(control: number, programs: readonly string[]): readonly string[] {
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

  // A thread that fails never arrives: the others fail too instead of waiting for it.
  const stopIfFailed = `(if ${load("failed")} (then (unreachable)))`;
  const fail = functionText(
    "fail",
    [],
    (code) => {
      code.line(store("failed", i32(1)));
      code.line(store("round", `(i32.add ${load("round")} (i32.const 1))`));
      code.line(wake("round"));
    },
    { exported: true },
  );

  const barrier = functionText("barrier", [{ name: "threads", type: "i32" }], (code) => {
    const round = code.local("i32", "round");
    code.line("(if (i32.eq (local.get $threads) (i32.const 1)) (then (return)))");
    setLocal(code, round, load("round"));
    code.form(
      `(if (i32.eq (i32.atomic.rmw.add ${at("arrived")} (i32.const 1)) (i32.sub (local.get $threads) (i32.const 1))) (then`,
      () => {
        code.line(store("arrived", i32(0)));
        code.line(store("round", `(i32.add ${get(round)} (i32.const 1))`));
        code.line(wake("round"));
        code.line("(return)");
      },
      "))",
    );
    code.line(stopIfFailed);
    code.line(`(call $wait_round ${get(round)})`);
    code.line(stopIfFailed);
  });

  const dispatch = functionText(
    "dispatch",
    [
      { name: "program", type: "i32" },
      { name: "thread", type: "i32" },
      { name: "threads", type: "i32" },
      { name: "samples", type: "i32" },
    ],
    (code) => {
      programs.forEach((program, i) => {
        code.line(
          `(if (i32.eq (local.get $program) ${i32(i)}) (then (call $${program} (local.get $thread) (local.get $threads) (local.get $samples)) (return)))`,
        );
      });
    },
  );

  const start = functionText(
    "start",
    [
      { name: "program", type: "i32" },
      { name: "samples", type: "i32" },
    ],
    (code) => {
      const threads = code.local("i32", "threads");
      setLocal(code, threads, `(i32.add (i32.const 1) ${load("ready")})`);
      code.form(
        `(if (i32.gt_s ${get(threads)} (i32.const 1)) (then`,
        () => {
          code.line(store("number", `(i32.add ${load("number")} (i32.const 1))`));
          code.line(store("program", "(local.get $program)"));
          code.line(store("samples", "(local.get $samples)"));
          code.line(store("threads", get(threads)));
          code.line(store("number", `(i32.add ${load("number")} (i32.const 1))`));
          code.line(wake("number"));
        },
        "))",
      );
      code.line(`(call $dispatch (local.get $program) (i32.const 0) ${get(threads)} (local.get $samples))`);
    },
    { exported: true },
  );

  const work = functionText(
    "work",
    [],
    (code) => {
      const [thread, seen, next] = [code.local("i32", "thread"), code.local("i32", "seen"), code.local("i32", "next")];
      const [program, count, threads] = [
        code.local("i32", "program"),
        code.local("i32", "count"),
        code.local("i32", "threads"),
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
          code.line(
            `(br_if ${read} (i32.or (i32.and ${get(next)} (i32.const 1)) (i32.ne ${get(next)} ${load("number")})))`,
          );
        });
        setLocal(code, seen, get(next));
        code.form(
          `(if (i32.lt_s ${get(thread)} ${get(threads)}) (then`,
          () => code.line(`(call $dispatch ${get(program)} ${get(thread)} ${get(threads)} ${get(count)})`),
          "))",
        );
        code.line(`(br ${label})`);
      });
    },
    { exported: true },
  );
  return [waitWhile("number", COMMAND_SPINS), waitWhile("round", BARRIER_SPINS), barrier, fail, dispatch, start, work];
}
