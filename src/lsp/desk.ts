// Questions wait here for the thread for checks. One is under way at a time, people's requests go before checks, and a newer
// check replaces an older one. The desk ends a thread that takes too long and starts another. It knows no protocol.

import type { FileProblem } from "../driver/fileProblem.ts";
import type { Ledger } from "./ledger.ts";
import type { Kind, Question, Reply, Said } from "./questions.ts";
import type { StartThread, Thread } from "./thread.ts";

/** The seconds for one question. The cost of a check has limits, so even a slow and busy machine needs less. */
const mostSeconds = 20;

export type Outcome<K extends Kind = Kind> =
  | { readonly kind: "answer"; readonly answer: Reply<K> }
  /** The document changed meanwhile, or nobody waits any longer. */
  | { readonly kind: "outdated" }
  /** The desk ended the thread, or the thread ended, because of this file. */
  | { readonly kind: "stopped"; readonly problem: FileProblem }
  /** The check threw an error; the thread goes on. */
  | { readonly kind: "failed"; readonly message: string };

export interface Desk {
  ask<K extends Kind>(question: Question<K>, wanted?: () => boolean): Promise<Outcome<K>>;
  /** Ends the thread and answers nothing more. */
  close(): void;
}

interface Waiting {
  readonly question: Question;
  /** The number of the file's version at the time of the question. */
  readonly state: number;
  readonly wanted: () => boolean;
  settle(outcome: Outcome): void;
}

interface State {
  readonly ledger: Ledger;
  readonly start: StartThread;
  readonly log: (message: string) => void;
  readonly queue: Waiting[];
  thread: Thread | undefined;
  ready: boolean;
  underWay: { readonly waiting: Waiting; readonly id: number } | undefined;
  jobs: number;
  timer: NodeJS.Timeout | undefined;
  closed: boolean;
}

export function deskOf(ledger: Ledger, start: StartThread, log: (message: string) => void): Desk {
  const state: State = {
    ledger,
    start,
    log,
    queue: [],
    thread: undefined,
    ready: false,
    underWay: undefined,
    jobs: 0,
    timer: undefined,
    closed: false,
  };
  // Loading takes longer than small checks, so it begins before the first of them.
  threadOf(state);
  return {
    ask: <K extends Kind>(question: Question<K>, wanted = () => true) =>
      new Promise<Outcome<K>>((settle) => {
        const asked = question as Question;
        if (asked.kind === "check") supersede(state, asked.file);
        state.queue.push({
          question: asked,
          state: ledger.state(asked.file),
          wanted,
          settle: settle as (outcome: Outcome) => void,
        });
        takeNext(state);
      }),
    close() {
      state.closed = true;
      clearTimeout(state.timer);
      state.thread?.end();
    },
  };
}

/** Drops a waiting check once a newer one replaces it. */
function supersede({ queue }: State, file: string): void {
  const index = queue.findIndex(({ question }) => question.kind === "check" && question.file === file);
  if (index >= 0) for (const { settle } of queue.splice(index, 1)) settle({ kind: "outdated" });
}

const outdated = ({ ledger }: State, { question, state, wanted }: Waiting): boolean =>
  !wanted() || ledger.state(question.file) !== state;

function takeNext(state: State): void {
  while (state.underWay === undefined && !state.closed) {
    const request = state.queue.findIndex(({ question }) => question.kind !== "check");
    const [waiting] = state.queue.splice(Math.max(request, 0), 1);
    if (waiting === undefined) return;
    const problem = state.ledger.stopped(waiting.question.file);
    if (outdated(state, waiting)) waiting.settle({ kind: "outdated" });
    else if (problem !== undefined) waiting.settle({ kind: "stopped", problem });
    else begin(state, waiting);
  }
}

function begin(state: State, waiting: Waiting): void {
  const { ledger } = state;
  const { question } = waiting;
  const thread = threadOf(state);
  const id = ++state.jobs;
  state.underWay = { waiting, id };
  if (question.kind === "check") ledger.begins(question.file);
  thread.post({ id, news: ledger.news(), question });
  if (state.ready) watch(state);
}

function threadOf(state: State): Thread {
  if (state.thread !== undefined) return state.thread;
  state.ready = false;
  state.ledger.startAnew();
  const own = state.start({
    said: (said) => {
      if (state.thread === own) hear(state, said);
    },
    ended: (reason) => {
      if (state.thread !== own || state.closed) return;
      state.log(`the thread for checks: ${reason}`);
      lose(state, "fault");
    },
  });
  state.thread = own;
  return own;
}

/** Bounds the time of the question under way. */
function watch(state: State): void {
  state.timer = setTimeout(() => {
    const { thread } = state;
    lose(state, { seconds: mostSeconds });
    thread?.end();
  }, mostSeconds * 1000);
}

function hear(state: State, said: Said): void {
  if (said.kind === "ready") {
    state.ready = true;
    if (state.underWay !== undefined) watch(state);
    return;
  }
  if (state.underWay === undefined || said.id !== state.underWay.id) return;
  switch (said.kind) {
    case "reads":
      state.ledger.reads(state.underWay.waiting.question.file, said.files);
      return;
    case "answer":
      settle(state, { kind: "answer", answer: said.answer });
      return;
    case "failed":
      state.log(said.message);
      state.ledger.ends(state.underWay.waiting.question.file);
      settle(state, { kind: "failed", message: said.message });
      return;
  }
}

/** The thread is gone, and its work with it. The next question starts another. */
function lose(state: State, after: Extract<FileProblem, { kind: "stopped" }>["after"]): void {
  state.thread = undefined;
  if (state.underWay === undefined) return;
  const { waiting } = state.underWay;
  const problem: FileProblem = { kind: "stopped", after };
  // A text that has changed is not to blame for the next failure.
  if (!outdated(state, waiting)) state.ledger.stop(waiting.question.file, problem);
  settle(state, { kind: "stopped", problem });
}

function settle(state: State, outcome: Outcome): void {
  const waiting = state.underWay?.waiting;
  clearTimeout(state.timer);
  state.underWay = undefined;
  waiting?.settle(outdated(state, waiting) ? { kind: "outdated" } : outcome);
  takeNext(state);
}
