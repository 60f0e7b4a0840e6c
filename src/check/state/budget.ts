// The budget that keeps every check finite: what may be counted, and what has been.

/** Layer calls a program may make; more is NN501. */
const mostLayerCalls = 100_000;
/** Statements and expressions that may be evaluated; repeats of nothing are bounded by it. */
const mostSteps = 2_000_000;
/** Expressions and blocks inside each other. */
export const mostDepth = 400;
/** Sizes and products of sizes: what a double counts exactly. */
export const largest = 2 ** 53;

export interface Budget {
  readonly mostSteps: number;
  readonly mostLayerCalls: number;
  readonly quiet: boolean;
  steps: number;
  layerCalls: number;
  depth: number;
  suggestions: number;
  exhausted: boolean;
}

const fresh = { steps: 0, layerCalls: 0, depth: 0, suggestions: 0, exhausted: false };
/** What a program may use. */
export const fullBudget = (): Budget => ({ mostSteps, mostLayerCalls, quiet: false, ...fresh });
/** What looking at blocks alone may use. */
export const spareBudget = (): Budget => ({ mostSteps: 300_000, mostLayerCalls: 20_000, quiet: true, ...fresh });
