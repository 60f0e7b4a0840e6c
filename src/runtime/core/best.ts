// Keeps the best weights of a training, and says when it shall end for want of better ones, as Keras's EarlyStopping does.

import type { EpochResult, Program } from "./program.ts";

/** The best result so far, its epoch, and the epochs since without a better one. */
export interface BestSoFar {
  /** Undefined before the first epoch that counts. */
  readonly value?: number;
  readonly epoch: number;
  readonly waited: number;
  /** The weights of that epoch, by name, if the training is to end with them. */
  readonly weights?: ReadonlyMap<string, Float32Array | Int32Array>;
}

export interface BestWatcher {
  /** Looks at a finished epoch; true if the training shall end. */
  see(result: EpochResult): boolean;
  /** Whether a training that goes on has ended already. */
  ended(): boolean;
  /** Puts the best weights in place; returns their epoch, if there are others now. */
  restore(): number | undefined;
  state(): BestSoFar | undefined;
}

const isKept = ({ role }: Program["slots"][number]): boolean => role === "weight" || role === "state";

/** Watches a training by the program's rule; `before` is what a training that goes on has seen, in its `epochs` so far. */
export function bestWatcher(program: Program, before?: BestSoFar, epochs = 0): BestWatcher {
  const rule = program.manifest.stopping;
  let best: BestSoFar = before ?? { epoch: 0, waited: 0 };
  // A training that was killed after its last epoch sees none here, and has other weights than its best ones all the same.
  let last = epochs;
  const ended = (): boolean =>
    rule?.patience !== undefined && best.waited >= Math.max(1, rule.patience) && best.value !== undefined;
  return {
    see({ epoch, metrics, validation }) {
      if (rule === undefined) return false;
      last = epoch;
      const value = (rule.part === "validation" ? validation : metrics)?.[rule.metric];
      if (typeof value !== "number" || epoch <= rule.start) return false;
      const gain =
        best.value === undefined
          ? Number.POSITIVE_INFINITY
          : rule.higherIsBetter
            ? value - best.value
            : best.value - value;
      if (!(gain > rule.minDelta)) best = { ...best, waited: best.waited + 1 };
      else
        best = {
          ...{ value, epoch, waited: 0 },
          ...(rule.restore
            ? { weights: new Map(program.slots.filter(isKept).map(({ name, values }) => [name, values.slice()])) }
            : {}),
        };
      return ended();
    },
    ended,
    restore() {
      const { weights, epoch } = best;
      if (rule?.restore !== true || weights === undefined || epoch === last) return undefined;
      for (const { name, values } of program.slots) {
        const kept = weights.get(name);
        if (kept !== undefined) values.set(kept);
      }
      return epoch;
    },
    state: () => (rule === undefined ? undefined : best),
  };
}
