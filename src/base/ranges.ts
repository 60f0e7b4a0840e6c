// The whole numbers that a program's clauses, the command line and trainers take. One place for all of them: what a clause
// allows, an option allows. Trainers carry their own copy (src/runtime/core/ranges.ts); a test holds the two together.

export const ranges = {
  epochs: { min: 1, max: 1_000_000 },
  /** Sizes of buffers stay far below what memory has. */
  batch: { min: 1, max: 2 ** 24 },
  seed: { min: 0, max: 2 ** 32 - 1 },
  threads: { min: 1, max: 256 },
  limit: { min: 1, max: 2 ** 31 - 1 },
  folds: { min: 2, max: 1000 },
  maxSteps: { min: 1, max: 2 ** 31 - 1 },
} as const;

/** The number of samples of a batch where nobody says one. */
export const defaultBatch = 32;
