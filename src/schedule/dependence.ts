// Finds the order that kernels must keep: two conflict if one writes an element that the other reads or writes.

import { partAt } from "../ir/places.ts";
import { type Access, overlap } from "./accesses.ts";
import type { Formed } from "./form.ts";
import type { Reach } from "./formFacts.ts";

/** An access of the kernel at this place of the list. */
interface Placed extends Access {
  readonly kernel: number;
}

const accesses = ({ parts }: Formed, list: readonly Reach[]): readonly Access[] =>
  list.map(({ buffer, low, high }) => {
    const part = partAt(parts, buffer);
    return { buffer: part.buffer, low: low + part.start, high: high + part.start };
  });

/** For kernels in program order: the earlier kernels that each must wait for. */
export function dependences(kernels: readonly Formed[]): readonly ReadonlySet<number>[] {
  const readers = new Map<string, Placed[]>();
  const writers = new Map<string, Placed[]>();
  const enter = (all: Map<string, Placed[]>, access: Access, kernel: number): void => {
    const list = all.get(access.buffer);
    const placed = { ...access, kernel };
    if (list === undefined) all.set(access.buffer, [placed]);
    else list.push(placed);
  };
  return kernels.map((kernel, j) => {
    const before = new Set<number>();
    const wait = (all: Map<string, Placed[]>, access: Access): void => {
      for (const other of all.get(access.buffer) ?? []) if (overlap(access, other)) before.add(other.kernel);
    };
    const [reads, writes] = [accesses(kernel, kernel.form.reads), accesses(kernel, kernel.form.writes)];
    for (const read of reads) wait(writers, read);
    for (const write of writes) {
      wait(writers, write);
      wait(readers, write);
    }
    for (const read of reads) enter(readers, read, j);
    for (const write of writes) enter(writers, write, j);
    return before;
  });
}
