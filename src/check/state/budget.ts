// The budget that keeps every check finite: what may be counted, and what has been.

/** Layer calls a program may make; more is NN501. The deepest networks published have some thousand layers. */
const mostLayerCalls = 5_000;
/**
 * Steps a check may take: an expression or statement evaluated is one, and so is each value, option or axis that a call
 * works through. What a check costs in time and memory is bounded by it, whatever repeats or doubles.
 */
const mostSteps = 250_000;
/** Axes one tensor may have. */
export const mostAxes = 32;
/** Names that unknown ones are compared with, all together. */
const mostComparisons = 50_000;
/** Expressions and blocks inside each other. */
export const mostDepth = 400;
/** Numbers in one tensor of one sample, and in the weights of a model: 8 GiB, more than any target can address. */
export const mostNumbers = 2 ** 31;
/** Sizes and products of sizes: what a double counts exactly. */
export const largest = 2 ** 53;

export interface Budget {
  readonly mostSteps: number;
  readonly mostLayerCalls: number;
  readonly quiet: boolean;
  steps: number;
  layerCalls: number;
  depth: number;
  /** How many more names may be compared. */
  comparisons: number;
  exhausted: boolean;
}

const fresh = { steps: 0, layerCalls: 0, depth: 0, comparisons: mostComparisons, exhausted: false };
/** What a program may use. */
export const fullBudget = (): Budget => ({ mostSteps, mostLayerCalls, quiet: false, ...fresh });
/** What looking at blocks alone may use. */
export const spareBudget = (): Budget => ({ mostSteps: 50_000, mostLayerCalls: 2_000, quiet: true, ...fresh });
