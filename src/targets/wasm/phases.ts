// Phases: threads claim the portions of a kernel's units, and wait until all are done.

import { type CONTROL, openShares, type Words } from "./control.ts";
import { addI32, functionText, get, i32, quotient, setLocal } from "./wat.ts";

/** The portions in a thread's share: more portions shorten the wait for the last one, but need more claims. */
const PORTIONS = 16;

/** The turns of waiting before a thread sleeps: tens of microseconds in a phase, a step's preparation for a command. */
const PHASE_SPINS = 20_000;
const COMMAND_SPINS = 200_000;

const parameters = (...names: readonly string[]) => names.map((name) => ({ name, type: "i32" as const }));

/** Waits until the word is no longer `old`: first it polls, then it sleeps. */
function waitFunction({ at, load }: Words, word: keyof typeof CONTROL, spins: number): string {
  return functionText(`wait_${word}`, [{ name: "old", type: "i32" }], (code) => {
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
}

/** A thread that fails never does its claimed work, so the others fail too instead of waiting for it. */
function failFunction({ at, store, wake }: Words): string {
  return functionText(
    "fail",
    [],
    (code) => {
      code.line(store("failed", i32(1)));
      code.line(`(drop (i32.atomic.rmw.add ${at("phase")} (i32.const 1)))`);
      code.line(wake("phase"));
    },
    { exported: true },
  );
}

const stopIfFailed = ({ load }: Words): string => `(if ${load("failed")} (then (unreachable)))`;

/** The number of units in a portion: whole grains. */
function portionFunction(): string {
  return functionText(
    "portion",
    parameters("units", "threads", "grain"),
    (code) => {
      code.line("(if (i32.eq (local.get $threads) (i32.const 1)) (then (return (local.get $units))))");
      const wanted = quotient("(local.get $units)", `(i32.mul (local.get $threads) ${i32(PORTIONS)})`);
      code.line(`(i32.mul ${quotient(wanted, "(local.get $grain)")} (local.get $grain))`);
    },
    { result: "i32" },
  );
}

/** Claims a portion: returns its number, or -1 if none is left. */
function claimFunction({ region }: Words): string {
  return functionText(
    "claim",
    parameters("thread", "threads", "phase", "portions"),
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
}

/** Reports that `mine` portions are done, and waits until all are. */
function finishFunction(words: Words): string {
  const { at, store, wake } = words;
  return functionText("finish", parameters("threads", "phase", "portions", "mine"), (code) => {
    const next = addI32("(local.get $phase)", i32(1));
    code.form(
      "(if (local.get $mine) (then",
      () =>
        code.form(
          `(if (i32.eq (i32.add (i32.atomic.rmw.add ${at("done")} (local.get $mine)) (local.get $mine)) (local.get $portions)) (then`,
          () => {
            code.line(store("done", i32(0)));
            openShares(code, words, "(local.get $threads)", next);
            code.line(store("phase", next));
            code.line(wake("phase"));
          },
          "))",
        ),
      "))",
    );
    code.line(stopIfFailed(words));
    code.line("(call $wait_phase (local.get $phase))");
    code.line(stopIfFailed(words));
  });
}

/** All functions, in an order that reads well. */
export const phaseFunctions = (words: Words): readonly string[] => [
  waitFunction(words, "number", COMMAND_SPINS),
  waitFunction(words, "phase", PHASE_SPINS),
  portionFunction(),
  claimFunction(words),
  finishFunction(words),
  failFunction(words),
];
