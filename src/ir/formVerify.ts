// Checks kernels that are alike: their form once, and of each kernel only that its accesses stay in its buffers.

import { type BufferNamed, inspect, outside, type Reach } from "./kernelVerify.ts";
import type { Kernel } from "./loops.ts";
import { type Likeness, partAt } from "./places.ts";

interface Inspected {
  readonly problems: readonly string[];
  /** The elements that each buffer of the form must hold, by its number. */
  readonly reaches: readonly (Omit<Reach, "buffer"> & { readonly buffer: number })[];
}

function inspectForm({ form, parts }: Likeness, buffer: BufferNamed): Inspected {
  const { problems, reaches } = inspect(form, (name) => {
    const facts = buffer(partAt(parts, Number(name)).buffer);
    return facts === undefined ? undefined : { ...facts, length: undefined };
  });
  const ends = new Map<string, { low: number; high: number }>();
  for (const { buffer: name, low, high } of reaches) {
    const known = ends.get(name);
    ends.set(name, { low: Math.min(low, known?.low ?? low), high: Math.max(high, known?.high ?? high) });
  }
  return { problems, reaches: [...ends].map(([name, end]) => ({ buffer: Number(name), ...end })) };
}

/** A function that returns the problems of a kernel, by its likeness; empty for a sound one. */
export function formVerifier(): (likeness: Likeness, buffer: BufferNamed) => readonly string[] {
  const known = new Map<Kernel, Map<string, Inspected>>();
  return (likeness, buffer) => {
    const { form, parts } = likeness;
    const alike = known.get(form) ?? new Map<string, Inspected>();
    known.set(form, alike);
    const own = parts.map((part) => (buffer(part.buffer)?.role === "turn" ? "1" : "0")).join("");
    const inspected = alike.get(own) ?? inspectForm(likeness, buffer);
    alike.set(own, inspected);
    const problems = [...inspected.problems];
    for (const reach of inspected.reaches) {
      const part = partAt(parts, reach.buffer);
      const problem = outside(
        { buffer: part.buffer, low: reach.low + part.start, high: reach.high + part.start },
        buffer(part.buffer),
      );
      if (problem !== undefined) problems.push(problem);
    }
    return problems;
  };
}
