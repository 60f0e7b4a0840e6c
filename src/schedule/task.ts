// The parts that all makers of loop nests share: the lookup of values, and the frame of a kernel.

import { CompilerBug } from "../base/compilerBug.ts";
import { along, constant } from "../ir/address.ts";
import type { PrimNode, ValueId } from "../ir/graph.ts";
import type { Address, Expr, Extent, Kernel, Loop, Stage } from "../ir/loops.ts";
import type { Size } from "../ir/size.ts";
import type { Reader, Storage } from "./storage.ts";

export interface TaskMaker {
  readonly batch: number;
  /** Whether a contraction over the batch finishes its sum sample by sample. */
  readonly sampleSums: boolean;
  readonly reader: Reader;
  node(id: ValueId): PrimNode;
  /** The place of a value with a buffer. */
  storage(id: ValueId): Storage;
}

export function extentOf(size: Size): Extent {
  if (typeof size === "number") return size;
  const [term, more] = size.terms;
  if (term === undefined || more !== undefined || term.factor !== 1 || term.atoms.length !== 1)
    throw new CompilerBug("a loop over something that is neither a number nor the batch");
  return { batch: 0 };
}

export const number = (value: number): Expr => ({ kind: "number", value });

export function kernelOf(node: PrimNode, loops: readonly Loop[], stages: readonly Stage[]): Kernel {
  return {
    name: node.origin,
    loops,
    stages,
    origins: [node.origin],
    ...(node.span === undefined ? {} : { span: node.span }),
    flops: 0,
    bytes: 0,
  };
}

const loopNames = ["i", "j", "k", "l", "m", "o", "p", "q"];

/**
 * Loops over the axes of a shape; an axis of size 1 has no loop and the coordinate 0. The batch's loop is called `n`; a second
 * one, as of all pairs of samples, has its axis in its name.
 */
export function loopsOver(
  shape: readonly Size[],
  batch: number,
  prefix = "",
): { readonly loops: readonly Loop[]; readonly coordinates: readonly Address[] } {
  const loops: Loop[] = [];
  const coordinates = shape.map((size, axis) => {
    if (size === 1) return constant(0);
    const extent = extentOf(size);
    const isBatch = typeof extent !== "number";
    const again = loops.some(({ name: other }) => other === `${prefix}n`);
    const name = prefix + (isBatch ? `n${again ? axis : ""}` : (loopNames[axis] ?? `x${axis}`));
    loops.push({ name, extent: isBatch ? { batch } : extent });
    return along(name);
  });
  return { loops, coordinates };
}
