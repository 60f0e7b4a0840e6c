// Interrupts that end a run: Ctrl-C, a request of the system, a terminal that is gone. After the first, the run finishes
// its step and saves what it was asked to save; the second ends the process at once.

/** The exit code of the process: 128 plus the signal's number, as in shells. */
const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
type Ending = keyof typeof exitCodes;
export const endingSignals: readonly Ending[] = ["SIGINT", "SIGTERM", "SIGHUP"];

export const codeOfSignal = (name: NodeJS.Signals): number => exitCodes[name as Ending];

/** An interrupt that follows so soon is the same one: sent to a group of processes, and passed on by one of them. */
const sameInterruptMilliseconds = 500;

export interface Interrupts {
  /** The first interrupt or `stop` aborts it. */
  readonly signal: AbortSignal;
  /** The exit code of an interrupted run. */
  code(): number;
  /** Stops the run because nobody wants its results any more. */
  stop(): void;
  /** Lets signals end the process again, as they do by default. */
  remove(): void;
}

/** Hears interrupts from now on. The second one calls `beforeEnd` before it ends the process. */
export function hearInterrupts(beforeEnd: () => void): Interrupts {
  const stop = new AbortController();
  let first: { readonly code: number; readonly at: number } | undefined;
  const handler = (name: NodeJS.Signals): void => {
    const code = codeOfSignal(name);
    const at = performance.now();
    if (first === undefined) {
      first = { code, at };
      stop.abort();
    } else if (at - first.at >= sameInterruptMilliseconds) {
      beforeEnd();
      process.exit(code);
    }
  };
  for (const name of endingSignals) process.on(name, handler);
  return {
    signal: stop.signal,
    code: () => first?.code ?? 0,
    stop: () => stop.abort(),
    remove() {
      for (const name of endingSignals) process.off(name, handler);
    },
  };
}
