// A call that makes one shape of another, as messages offer it.

import type { OptionRecord } from "../ir/graph.ts";

/** A call that brings a value from one shape to another. */
export interface Adaptation {
  /** The call as a `.nn` file writes it: `Conv2D(32, 1x1)`. */
  readonly call: string;
  readonly options: OptionRecord;
  /** The number of weights that it adds. A call that adds none keeps the numbers as they are, in their order. */
  readonly parameters: number;
}
