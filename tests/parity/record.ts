// Compares values within the tolerances of the conformance README, and records the differences in the test's own record for
// the reporter.

import { expect, type RunnerTask } from "vitest";

/** What is compared: values of a forward pass, gradients, and what follows from optimizer steps. */
export const kinds = { forward: 1e-5, gradient: 1e-4, steps: 1e-3 } as const;
export type Kind = keyof typeof kinds;
const FLOOR = 1e-6;

/** How far off the arrays of one kind were, in one test. */
export interface Differences {
  readonly arrays: number;
  /** The largest difference divided by the largest expected value, of arrays that need no floor. */
  readonly relative: number;
  /** Arrays that agree by the floor of 1e-6 alone: all of them are next to 0. */
  readonly byFloor: number;
}
export interface Parity {
  /** `js`, `tfjs cpu`. */
  readonly backend: string;
  /** `layer Conv2D`, `optimizer adam`, `program models/mnist.nn`. */
  readonly subject: string;
  readonly kinds: { [K in Kind]?: Differences };
}
declare module "vitest" {
  interface TaskMeta {
    parity?: Parity;
  }
}

/** The comparisons of one test. */
export function parityOf(task: Pick<RunnerTask, "meta">, backend: string, subject: string) {
  const found: Parity = { backend, subject, kinds: {} };
  task.meta.parity = found;
  return {
    /** Fails where `max |a - b| > tolerance · max |expected| + floor`, or one of the two alone is no number. */
    compare(kind: Kind, what: string, actual: ArrayLike<number> | undefined, expected: ArrayLike<number>): void {
      // Compiled targets have room for the whole batch.
      expect(actual?.length ?? 0, what).toBeGreaterThanOrEqual(expected.length);
      let [worst, scale] = [0, 0];
      for (let i = 0; i < expected.length; i++) {
        // The deviation of a single number has no gradient; nor has Keras's.
        if (Number.isNaN(actual![i]) && Number.isNaN(expected[i])) continue;
        const off = Math.abs(actual![i]! - expected[i]!);
        worst = Math.max(worst, Number.isNaN(off) ? Number.POSITIVE_INFINITY : off);
        scale = Math.max(scale, Math.abs(expected[i]!));
      }
      const { arrays, relative, byFloor } = found.kinds[kind] ?? { arrays: 0, relative: 0, byFloor: 0 };
      const needsFloor = worst > kinds[kind] * scale;
      found.kinds[kind] = {
        arrays: arrays + 1,
        relative: needsFloor || scale === 0 ? relative : Math.max(relative, worst / scale),
        byFloor: byFloor + (needsFloor ? 1 : 0),
      };
      expect(worst, `${what} on ${backend}, largest value ${scale}`).toBeLessThanOrEqual(kinds[kind] * scale + FLOOR);
    },
  };
}
