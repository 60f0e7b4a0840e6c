// What the makers of loop nests share: how they look values up, and the frame of a kernel.

import type { PrimNode, ValueId } from "../ir/graph.ts";
import type { Expr, Extent, Kernel, Loop, Stage } from "../ir/loops.ts";
import type { Size } from "../ir/size.ts";
import type { Reader, Storage } from "./storage.ts";

export interface TaskMaker {
  readonly batch: number;
  /** Whether a contraction over the batch finishes its sum sample by sample. */
  readonly sampleSums: boolean;
  readonly reader: Reader;
  node(id: ValueId): PrimNode;
  /** Where a value with a buffer lies. */
  storage(id: ValueId): Storage;
}

export function extentOf(size: Size): Extent {
  if (typeof size === "number") return size;
  const [term, more] = size.terms;
  if (term === undefined || more !== undefined || term.factor !== 1 || term.atoms.length !== 1)
    throw new Error("compiler bug: a loop over something that is neither a number nor the batch");
  return { batch: 0 };
}

export const number = (value: number): Expr => ({ kind: "number", value });

export function kernelOf(node: PrimNode, loops: readonly Loop[], stages: readonly Stage[]): Kernel {
  return {
    name: node.origin,
    loops,
    stages,
    formula: [],
    origins: [node.origin],
    ...(node.span === undefined ? {} : { span: node.span }),
    flops: 0,
    bytes: 0,
  };
}
