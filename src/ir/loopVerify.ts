// Checks a LoopProgram: all names are known, every address stays in its buffer, and buffers that are alive at the same
// time do not overlap.

import { loadsOf, writesOf } from "./expression.ts";
import { formVerifier } from "./formVerify.ts";
import { type BufferNamed, verifyKernel } from "./kernelVerify.ts";
import type { Kernel, LoopProgram, Step } from "./loops.ts";
import { inParts, likenessOf, mapPlaces } from "./places.ts";
import { isRepeat, kernelsIn, spansOf } from "./steps.ts";

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
    problems.push(...verifySteps(fn.steps, (name) => buffers.get(name)).map((p) => `${fn.name}, ${p}`));
    problems.push(...overlaps(fn.steps, program).map((p) => `${fn.name}: ${p}`));
  }
  return problems;
}

/** The problems of some steps, each with its kernel's name. */
function verifySteps(steps: readonly Step[], buffer: BufferNamed): readonly string[] {
  const forms = formVerifier();
  const verify = (kernel: Kernel): readonly string[] => {
    const likeness = likenessOf(kernel);
    const problems = likeness === undefined ? verifyKernel(kernel, buffer) : forms(likeness, buffer);
    return problems.map((problem) => `${kernel.name}: ${problem}`);
  };
  const visit = (list: readonly Step[], change: (kernel: Kernel) => Kernel): readonly string[] =>
    list.flatMap((step) => {
      if (!isRepeat(step)) return verify(change(step));
      const { turns, moves } = step;
      if (!Number.isInteger(turns) || turns < 1) return [`a repeat of ${turns} turns`];
      // Accesses move evenly, so they stay inside between the first turn and the last.
      const problems = [0, turns - 1].flatMap((turn) =>
        visit(step.steps, (kernel) => change(turn === 0 ? kernel : inTurn(kernel, moves, turn))),
      );
      return [...new Set(problems)];
    });
  return visit(steps, (kernel) => kernel);
}

/** A kernel as it runs in a turn of a repeat. */
function inTurn(kernel: Kernel, moves: ReadonlyMap<string, number>, turn: number): Kernel {
  const moved = (buffer: string): number => (moves.get(buffer) ?? 0) * turn;
  const likeness = likenessOf(kernel);
  if (likeness === undefined)
    return mapPlaces(kernel, {
      place: ({ buffer, address }) => ({ buffer, address: { ...address, offset: address.offset + moved(buffer) } }),
      stream: (stream) => stream,
    });
  const parts = likeness.parts.map(({ buffer, start }) => ({ buffer, start: start + moved(buffer) }));
  return { ...inParts({ ...likeness, parts }), name: kernel.name };
}

/** The buffers that a kernel loads from or stores to. */
const buffersOf = (kernel: Kernel): readonly string[] =>
  likenessOf(kernel)?.parts.map(({ buffer }) => buffer) ??
  kernel.stages.flatMap((stage) => [...loadsOf(stage).map(({ buffer }) => buffer), ...writesOf(stage)]);

/** Reports temporaries that share memory while both are needed. */
function overlaps(steps: readonly Step[], program: LoopProgram): readonly string[] {
  const spans = spansOf<Kernel>(steps, buffersOf);
  const all = { from: 0, to: kernelsIn(steps).length };
  const placed = program.buffers
    .flatMap((b) => {
      const bytes = b.length * (b.dtype === "u8" ? 1 : 4);
      const span = b.role === "temporary" || b.role === "turn" ? spans.get(b.name) : all;
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
