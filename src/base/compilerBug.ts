// A fault of the compiler itself: something is not as the rest takes for granted, whatever a program says. One type, so that
// whoever runs the compiler can tell it from what people may do wrong, and can say what was being done.

export class CompilerBug extends Error {
  override readonly name = "CompilerBug";
  /** What was being done, from the outermost on: `target wasm`, `the pass 'gather'`. */
  readonly stages: readonly string[];
  /** The graph or the loops at hand, for a report. */
  readonly shown: string | undefined;
  constructor(
    fact: string,
    options: { readonly stages?: readonly string[]; readonly shown?: string; readonly cause?: unknown } = {},
  ) {
    super(fact, options.cause === undefined ? {} : { cause: options.cause });
    this.stages = options.stages ?? [];
    this.shown = options.shown;
  }
}

/** Runs a step of the compiler; whatever it throws becomes a CompilerBug that names the step. */
export function inStage<T>(stage: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw bugIn(stage, error);
  }
}

/** The same for a step that takes its time. */
export async function inStageAsync<T>(stage: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw bugIn(stage, error);
  }
}

function bugIn(stage: string, error: unknown): CompilerBug {
  if (!(error instanceof CompilerBug))
    return new CompilerBug(error instanceof Error ? error.message : String(error), { stages: [stage], cause: error });
  const { message, stages, shown, cause } = error;
  const bug = new CompilerBug(message, {
    stages: [stage, ...stages],
    cause: cause ?? error,
    ...(shown === undefined ? {} : { shown }),
  });
  return bug;
}
