// A fault of the compiler itself: something is not as the rest takes for granted, whatever a program says. One type, so that
// whoever runs the compiler can tell it from what people may do wrong, and can say what was being done.

export class CompilerBug extends Error {
  override readonly name = "CompilerBug";
  /** What was being done, from the outermost on: `target wasm`, `the pass 'gather'`. */
  readonly steps: readonly string[];
  /** The graph or the loops at hand, for a report. */
  readonly shown: string | undefined;
  constructor(
    fact: string,
    options: { readonly steps?: readonly string[]; readonly shown?: string; readonly cause?: unknown } = {},
  ) {
    super(fact, options.cause === undefined ? {} : { cause: options.cause });
    this.steps = options.steps ?? [];
    this.shown = options.shown;
  }
}

/** Runs a step of the compiler; whatever it throws becomes a CompilerBug that names the step. */
export function inStep<T>(step: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw bugIn(step, error);
  }
}

/** The same for a step that takes its time. */
export async function inStepAsync<T>(step: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw bugIn(step, error);
  }
}

function bugIn(step: string, error: unknown): CompilerBug {
  if (!(error instanceof CompilerBug))
    return new CompilerBug(error instanceof Error ? error.message : String(error), { steps: [step], cause: error });
  const { message, steps, shown, cause } = error;
  const bug = new CompilerBug(message, {
    steps: [step, ...steps],
    cause: cause ?? error,
    ...(shown === undefined ? {} : { shown }),
  });
  return bug;
}
