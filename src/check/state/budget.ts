// The budget that keeps every check finite: the limits, and the amounts used so far.

/** The most layer calls of a program; more is NN501. The deepest published networks have some thousand layers. */
const mostLayerCalls = 5_000;
/**
 * The most steps of a check: each evaluated expression or statement is one, and so is each value, option or axis that a
 * call works through. It bounds the time and memory of a check, whatever repeats or doubles.
 */
const mostSteps = 250_000;
/** The most axes of one tensor. */
export const mostAxes = 32;
/** The most comparisons of unknown names with known ones, in total. */
const mostComparisons = 50_000;
/** The deepest nesting of expressions and blocks. */
export const mostDepth = 400;
/** The most numbers in one tensor of one sample, and in a model's weights: 8 GiB, more than any target can address. */
export const mostNumbers = 2 ** 31;
/** The most classes that `class_weight` is for: a trainer holds a number for each. */
export const mostClassWeights = 65_536;
/** The most lengths in `buckets`: a trainer holds a training step for each. */
export const mostBuckets = 16;
/** The largest size or product of sizes: a double counts exactly up to here. */
export const largest = 2 ** 53;

export interface Budget {
  readonly mostSteps: number;
  readonly mostLayerCalls: number;
  readonly quiet: boolean;
  steps: number;
  layerCalls: number;
  depth: number;
  /** The number of names left to compare. */
  comparisons: number;
  exhausted: boolean;
}

const fresh = { steps: 0, layerCalls: 0, depth: 0, comparisons: mostComparisons, exhausted: false };
/** Returns the budget of a program. */
export const fullBudget = (): Budget => ({ mostSteps, mostLayerCalls, quiet: false, ...fresh });
/** Returns the budget for checking blocks alone. */
export const spareBudget = (): Budget => ({ mostSteps: 50_000, mostLayerCalls: 2_000, quiet: true, ...fresh });
