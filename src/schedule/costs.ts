// Counts what a kernel costs: its floating-point operations, and the bytes of memory that it touches.

import { largest, range, stageExtents } from "../ir/address.ts";
import { expressionsOf, loadsOf, walk } from "../ir/expression.ts";
import type { Address, Expr, Kernel, Loop, Stage } from "../ir/loops.ts";
import { storesOf } from "./accesses.ts";

const known = new WeakMap<Expr, number>();

/** Floating-point operations of an expression. */
function operations(expr: Expr): number {
  const before = known.get(expr);
  if (before !== undefined) return before;
  let count = 0;
  walk(expr, (e) => {
    if (e.kind === "apply" && e.fn !== "f32" && e.fn !== "i32") count++;
    else if (e.kind === "random") count += 20;
  });
  known.set(expr, count);
  return count;
}

const turns = (loops: readonly Loop[]): number =>
  loops.reduce((product, { extent, at }) => product * (at === undefined ? largest(extent) : 1), 1);

const loopsOf = (stage: Stage): readonly Loop[] => (stage.kind === "fill" ? [] : stage.loops);

/** The floating-point operations: one for each scalar function and each step of a combination. */
function flopsOf(kernel: Kernel): number {
  let flops = 0;
  for (const stage of kernel.stages) {
    if (stage.kind === "fill") continue;
    const outer = turns(kernel.loops) * turns(stage.loops);
    if (stage.kind === "each") flops += outer * expressionsOf(stage).reduce((sum, e) => sum + operations(e), 0);
    else if (stage.kind === "scatter") flops += outer * turns(stage.over) * (1 + operations(stage.term));
    else {
      flops += outer * turns(stage.over) * (1 + operations(stage.term));
      flops += outer * [...stage.lets, ...stage.stores].reduce((sum, l) => sum + operations(l.value), 0);
    }
  }
  return flops;
}

/** The bytes of memory that a kernel touches. Each element counts once in each stage. */
function bytesOf(kernel: Kernel, width: (buffer: string) => number): number {
  let bytes = 0;
  for (const stage of kernel.stages) {
    const extents = stageExtents(kernel, stage);
    const seen = new Map<string, readonly [number, number]>();
    const single = new Set(loopsOf(stage).flatMap(({ name, at }) => (at === undefined ? [] : [name])));
    const points = turns(kernel.loops) * turns(loopsOf(stage));
    const touch = (key: string, buffer: string, address: Address, count: number): void => {
      // Nobody knows yet which rows a value will name, or how many are the same.
      if (Object.keys(address.strides).some((name) => single.has(name))) {
        bytes += points * width(buffer);
        return;
      }
      const [low, high] = range(address, extents);
      const before = seen.get(key);
      const now = [Math.min(low, before?.[0] ?? low), Math.max(high + count, before?.[1] ?? high + count)] as const;
      bytes += (now[1] - now[0] - (before === undefined ? 0 : before[1] - before[0])) * width(buffer);
      seen.set(key, now);
    };
    for (const load of loadsOf(stage)) touch(`r${load.buffer}`, load.buffer, load.address, 1);
    for (const store of storesOf(stage)) touch(`w${store.buffer}`, store.buffer, store.address, store.count);
  }
  return bytes;
}

export interface Costs {
  readonly flops: number;
  readonly bytes: number;
}

export const costsOf = (kernel: Kernel, width: (buffer: string) => number): Costs => ({
  flops: flopsOf(kernel),
  bytes: bytesOf(kernel, width),
});
