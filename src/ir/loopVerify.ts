// Checks a LoopProgram: all names are known, every address stays in its buffer, and buffers that are alive at the same
// time do not overlap.

import { loadsOf, writesOf } from "./expression.ts";
import { formVerifier } from "./formVerify.ts";
import { type BufferNamed, verifyKernel } from "./kernelVerify.ts";
import type { Kernel, LoopProgram } from "./loops.ts";
import { likenessOf } from "./places.ts";

/** The problems of the program, in its order; empty if it is well formed. */
export function verifyLoops(program: LoopProgram): readonly string[] {
  const problems: string[] = [];
  const buffers = new Map(program.buffers.map((b) => [b.name, b]));
  const width = (name: string): number => (buffers.get(name)?.dtype === "u8" ? 1 : 4);

  for (const buffer of program.buffers) {
    if (buffer.offset % width(buffer.name) !== 0) problems.push(`buffer ${buffer.name} is not aligned`);
    if (buffer.offset + buffer.length * width(buffer.name) > program.arenaBytes)
      problems.push(`buffer ${buffer.name} leaves the arena`);
  }
  for (const slot of program.slots) {
    const length = slot.shape.reduce((a, b) => a * b, 1);
    const buffer = buffers.get(slot.buffer);
    if (buffer === undefined || slot.start + length > buffer.length)
      problems.push(`slot ${slot.name} leaves its buffer`);
  }
  for (const fn of program.functions) {
    problems.push(...verifyKernels(fn.kernels, (name) => buffers.get(name)).map((p) => `${fn.name}, ${p}`));
    problems.push(...overlaps(fn.kernels, program).map((p) => `${fn.name}: ${p}`));
  }
  return problems;
}

/** The problems of some kernels, each with its kernel's name. */
export function verifyKernels(kernels: readonly Kernel[], buffer: BufferNamed): readonly string[] {
  const forms = formVerifier();
  return kernels.flatMap((kernel) => {
    const likeness = likenessOf(kernel);
    const problems = likeness === undefined ? verifyKernel(kernel, buffer) : forms(likeness, buffer);
    return problems.map((problem) => `${kernel.name}: ${problem}`);
  });
}

/** The buffers that a kernel loads from or stores to. */
const buffersOf = (kernel: Kernel): readonly string[] =>
  likenessOf(kernel)?.parts.map(({ buffer }) => buffer) ??
  kernel.stages.flatMap((stage) => [...loadsOf(stage).map(({ buffer }) => buffer), ...writesOf(stage)]);

/** Reports temporaries that share memory while both are needed. */
function overlaps(kernels: readonly Kernel[], program: LoopProgram): readonly string[] {
  const spans = new Map<string, { from: number; to: number }>();
  const touch = (name: string, i: number): void => {
    const span = spans.get(name);
    if (span === undefined) spans.set(name, { from: i, to: i });
    else span.to = i;
  };
  for (const [i, kernel] of kernels.entries()) for (const buffer of buffersOf(kernel)) touch(buffer, i);
  const placed = program.buffers
    .flatMap((b) => {
      const bytes = b.length * (b.dtype === "u8" ? 1 : 4);
      const span = b.role === "temporary" ? spans.get(b.name) : { from: 0, to: kernels.length };
      return span === undefined ? [] : [{ name: b.name, start: b.offset, end: b.offset + bytes, ...span }];
    })
    .sort((a, b) => a.start - b.start);
  const problems: string[] = [];
  // Sorted by start: only buffers that begin before one ends can overlap it.
  for (const [i, a] of placed.entries())
    for (let k = i + 1; k < placed.length; k++) {
      const b = placed[k];
      if (b === undefined || b.start >= a.end) break;
      if (a.from <= b.to && b.from <= a.to) problems.push(`${a.name} and ${b.name} overlap`);
    }
  return problems;
}
