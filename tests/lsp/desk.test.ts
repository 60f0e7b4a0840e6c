// The order in which questions reach the checking thread, and what happens when it is lost: with a thread that does what the
// test says, and a clock that the test moves.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Desk, deskOf, type Outcome } from "../../src/lsp/desk.ts";
import { type Ledger, ledgerOf } from "../../src/lsp/ledger.ts";
import { pack } from "../../src/lsp/packed.ts";
import type { Job, Said } from "../../src/lsp/questions.ts";
import type { StartThread } from "../../src/lsp/thread.ts";

interface FakeThread {
  readonly jobs: Job[];
  ended: boolean;
  say(said: Said): void;
  /** Answers its last job. */
  answer(): void;
  die(reason: string): void;
}

let threads: FakeThread[];
let ledger: Ledger;
let desk: Desk;
let log: string[];

beforeEach(() => {
  vi.useFakeTimers();
  threads = [];
  log = [];
  const start: StartThread = ({ said, ended }) => {
    const jobs: Job[] = [];
    threads.push({
      jobs,
      ended: false,
      say: said,
      answer: () => said({ kind: "answer", id: jobs.at(-1)?.id ?? -1, answer: pack(null) }),
      die: ended,
    });
    const own = threads.at(-1)!;
    const end = (): void => {
      own.ended = true;
    };
    return { post: (job) => void jobs.push(job), end };
  };
  ledger = ledgerOf();
  desk = deskOf(ledger, start, (message) => void log.push(message));
  for (const file of ["a.nn", "b.nn", "c.nn"]) type(file, 1);
});
afterEach(() => {
  vi.useRealTimers();
});

const type = (file: string, version: number): readonly string[] =>
  ledger.hold(file, { uri: `file:///${file}`, version, text: `${file} ${version}` });
const check = (file: string): Promise<Outcome> => desk.ask({ kind: "check", file });
const symbols = (file: string, wanted?: () => boolean): Promise<Outcome> => desk.ask({ kind: "symbols", file }, wanted);
const asked = ({ jobs }: FakeThread): string[] => jobs.map(({ question: { kind, file } }) => `${kind} ${file}`);
const news = (job: Job | undefined): string[] => [...(job?.news ?? [])].map(([, held]) => held?.text ?? "closed");

test("one question is under way; requests go before checks, and each change is told once", async () => {
  const [thread] = threads as [FakeThread];
  const answers = [check("a.nn"), check("b.nn"), symbols("c.nn")];
  expect(asked(thread)).toEqual(["check a.nn"]);
  type("b.nn", 2);
  answers.push(check("b.nn"));
  thread.answer();
  thread.answer();
  thread.answer();
  expect(asked(thread)).toEqual(["check a.nn", "symbols c.nn", "check b.nn"]);
  expect(thread.jobs.map(news)).toEqual([["a.nn 1", "b.nn 1", "c.nn 1"], ["b.nn 2"], []]);
  expect((await Promise.all(answers)).map(({ kind }) => kind)).toEqual(["answer", "outdated", "answer", "answer"]);
});

test("a file that was saved is not asked anew", async () => {
  const [thread] = threads as [FakeThread];
  const answers = [check("a.nn"), check("b.nn")];
  ledger.changed("b.nn");
  thread.answer();
  thread.answer();
  expect((await Promise.all(answers)).map(({ kind }) => kind)).toEqual(["answer", "answer"]);
});

test("what is asked of a text that changes, or by nobody any more, is not answered", async () => {
  const [thread] = threads as [FakeThread];
  const answers = [symbols("a.nn"), symbols("b.nn"), symbols("c.nn", () => false)];
  type("a.nn", 2);
  type("b.nn", 2);
  thread.answer();
  expect((await Promise.all(answers)).map(({ kind }) => kind)).toEqual(["outdated", "outdated", "outdated"]);
  expect(asked(thread)).toEqual(["symbols a.nn"]);
});

test("a check that does not end is ended, and told; the others go on in a new thread", async () => {
  const [first] = threads as [FakeThread];
  const answers = [check("a.nn"), check("b.nn")];
  // Loading is not counted.
  vi.advanceTimersByTime(60_000);
  expect(first.ended).toBe(false);
  first.say({ kind: "ready" });
  vi.advanceTimersByTime(60_000);
  expect(first.ended).toBe(true);
  // Too late.
  first.answer();
  first.die("ended with 1");
  const second = threads[1]!;
  expect(asked(second)).toEqual(["check b.nn"]);
  expect(news(second.jobs[0])).toEqual(["a.nn 1", "b.nn 1", "c.nn 1"]);
  second.say({ kind: "ready" });
  second.answer();
  expect(await Promise.all(answers)).toMatchObject([
    { kind: "stopped", problem: { after: { seconds: 20 } } },
    { kind: "answer" },
  ]);
  expect(threads).toHaveLength(2);
});

test("a lost thread is replaced, and the file it was lost over waits for a change of what it had read", async () => {
  const [first] = threads as [FakeThread];
  const lost = symbols("a.nn");
  first.say({ kind: "reads", id: first.jobs[0]!.id, files: ["a.nn", "lib.nn"] });
  first.die("ended with 3");
  expect(await lost).toEqual({ kind: "stopped", problem: { kind: "stopped", after: "fault" } });
  expect(log).toEqual(["the thread for checks: ended with 3"]);
  type("b.nn", 2);
  expect((await check("a.nn")).kind).toBe("stopped");
  expect(threads).toHaveLength(1);
  expect(ledger.changed("lib.nn")).toEqual(["a.nn"]);
  const again = check("a.nn");
  threads[1]!.answer();
  expect((await again).kind).toBe("answer");
});

test("a thread that is lost over an old text, or over none, blames nothing", async () => {
  const old = check("a.nn");
  type("a.nn", 2);
  threads[0]!.die("ended with 3");
  expect((await old).kind).toBe("outdated");
  const next = check("a.nn");
  threads[1]!.answer();
  expect((await next).kind).toBe("answer");
  threads[1]!.die("ended with 3");
  const last = check("b.nn");
  threads[2]!.answer();
  expect((await last).kind).toBe("answer");
});

test("a failure costs its answer alone", async () => {
  const [thread] = threads as [FakeThread];
  const failed = check("a.nn");
  thread.say({ kind: "failed", id: thread.jobs[0]!.id, message: "Fault: no value" });
  expect(await failed).toEqual({ kind: "failed", message: "Fault: no value" });
  expect(type("b.nn", 2)).toEqual([]);
  const next = check("a.nn");
  thread.answer();
  expect((await next).kind).toBe("answer");
  expect(threads).toHaveLength(1);
});

test("a program is touched by its files, and by every file while it is being checked", () => {
  ledger.begins("a.nn");
  expect(type("b.nn", 2)).toEqual(["a.nn"]);
  ledger.checked("a.nn", ["a.nn", "lib.nn"]);
  expect(type("b.nn", 3)).toEqual([]);
  expect(ledger.changed("lib.nn")).toEqual(["a.nn"]);
  // The document is the text, whatever lies on the disk.
  expect(ledger.changed("a.nn")).toEqual([]);
  ledger.hold("a.nn", undefined);
  ledger.checked("a.nn", ["a.nn", "lib.nn"]);
  expect(ledger.changed("lib.nn")).toEqual([]);
});
