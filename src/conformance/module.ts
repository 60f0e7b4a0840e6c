// Modules of a single program, and the types of a case's arrays.

import type { Graph, Op, Slot } from "../ir/graph.ts";
import { batchSize, type Size } from "../ir/size.ts";
import type { TensorType } from "../ir/types.ts";
import type { OpModule } from "./executor.ts";
import type { NamedArray } from "./format.ts";

/** A module of one program. */
export const moduleOf = (program: Graph<Op>, slots: readonly Slot[]): OpModule => ({
  slots,
  programs: [program],
});

/** The type of an array whose first axis is the batch. */
export function batchedType({ dtype, shape }: NamedArray): TensorType {
  const sizes: readonly Size[] = [batchSize, ...shape.slice(1)];
  return { dtype, shape: shape.length === 0 ? [] : sizes };
}
