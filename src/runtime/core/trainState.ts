// The place of a training, from which it goes on.

import type { BestSoFar } from "./best.ts";
import type { EpochResult } from "./program.ts";

/** The place of a training between two steps. Together with the program's slots it is all that the rest depends on. */
export interface TrainState {
  /** The epoch, from 1, and its finished steps. */
  readonly epoch: number;
  readonly step: number;
  readonly done: readonly EpochResult[];
  readonly best?: BestSoFar;
}
