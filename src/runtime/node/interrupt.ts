// The ways in which a run is told to end: Ctrl-C, a request of the system, a terminal that is gone. The first lets the
// step that runs end, and what was asked to be saved be saved; the second ends the process at once.

/** What the process ends with: 128 and the signal's number, as shells have it. */
const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
type Ending = keyof typeof exitCodes;
const endings: readonly Ending[] = ["SIGINT", "SIGTERM", "SIGHUP"];

/** What follows an interrupt so soon is the same one: sent to a group of processes, and passed on by one of them. */
const sameInterruptMilliseconds = 500;

export interface Interrupts {
  /** Aborted by the first interrupt, or by `stop`. */
  readonly signal: AbortSignal;
  /** The exit code of an interrupted run. */
  code(): number;
  /** Stops the run where nobody wants its results any more. */
  stop(): void;
  /** Signals end the process again as they do by default. */
  remove(): void;
}

/** Hears interrupts from now on; `beforeEnd` is called where the second one ends the process. */
export function hearInterrupts(beforeEnd: () => void): Interrupts {
  const stop = new AbortController();
  let first: { readonly code: number; readonly at: number } | undefined;
  const handler = (name: NodeJS.Signals): void => {
    const code = exitCodes[name as Ending];
    const at = performance.now();
    if (first === undefined) {
      first = { code, at };
      stop.abort();
    } else if (at - first.at >= sameInterruptMilliseconds) {
      beforeEnd();
      process.exit(code);
    }
  };
  for (const name of endings) process.on(name, handler);
  return {
    signal: stop.signal,
    code: () => first?.code ?? 0,
    stop: () => stop.abort(),
    remove() {
      for (const name of endings) process.off(name, handler);
    },
  };
}
