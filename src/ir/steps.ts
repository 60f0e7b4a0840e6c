// The steps of a program: kernels, and repeats of steps. It finds kernels in them, and how long each needs a buffer.

import type { Kernel, Repeat, Step } from "./loops.ts";

export const isRepeat = (step: Step): step is Repeat => "turns" in step;

/** All kernels in order, each once. */
export const kernelsIn = (steps: readonly Step[]): readonly Kernel[] =>
  steps.flatMap((step) => (isRepeat(step) ? kernelsIn(step.steps) : [step]));

/** All kernels in order, each once with the number of times that it runs. */
export const turnsOfKernels = (
  steps: readonly Step[],
  turns = 1,
): readonly { readonly kernel: Kernel; readonly turns: number }[] =>
  steps.flatMap((step) =>
    isRepeat(step) ? turnsOfKernels(step.steps, turns * step.turns) : [{ kernel: step, turns }],
  );

/** The first and last kernel that needs a buffer, by their places among all kernels. */
export interface Span {
  from: number;
  to: number;
}

/** A tree of steps in which something stands for each kernel. */
export type Tree<T> = readonly (T | { readonly moves: ReadonlyMap<string, number>; readonly steps: Tree<T> })[];

/**
 * How long buffers are needed. A repeat needs a buffer in all of its turns if it moves it, or if a kernel outside of it uses the
 * buffer too. Others hold nothing from one turn to the next.
 */
export function spansOf<T extends object>(
  steps: Tree<T>,
  buffersOf: (kernel: T) => readonly string[],
): ReadonlyMap<string, Span> {
  const spans = new Map<string, Span>();
  const repeats: { readonly moves: ReadonlyMap<string, number>; readonly from: number; readonly to: number }[] = [];
  let at = 0;
  const visit = (list: Tree<T>): void => {
    for (const step of list) {
      if ("steps" in step && "moves" in step) {
        const from = at;
        visit(step.steps);
        repeats.push({ moves: step.moves, from, to: at - 1 });
        continue;
      }
      for (const buffer of buffersOf(step)) {
        const span = spans.get(buffer);
        if (span === undefined) spans.set(buffer, { from: at, to: at });
        else span.to = at;
      }
      at++;
    }
  };
  visit(steps);
  // Inner repeats come first: what they need longer, those around them see.
  for (const { moves, from, to } of repeats)
    for (const [buffer, span] of spans) {
      const isInside = span.from <= to && span.to >= from;
      if (!isInside || !(moves.has(buffer) || span.from < from || span.to > to)) continue;
      span.from = Math.min(span.from, from);
      span.to = Math.max(span.to, to);
    }
  return spans;
}
