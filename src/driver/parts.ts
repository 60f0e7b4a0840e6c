// A training step cut into its kernels, so that each can be run, and timed, alone.

import type { LoopFunction, LoopProgram, Step } from "../ir/loops.ts";
import { isRepeat, kernelsIn } from "../ir/steps.ts";
import type { LoopRequest } from "../targets/trainer.ts";

/** Returns the program with a function for each step of `train_step`, and what these are, in the order they run. */
export function withParts(
  program: LoopProgram,
  place: LoopRequest["place"],
): { readonly program: LoopProgram; readonly parts: NonNullable<LoopRequest["parts"]> } {
  const steps = program.functions.find(({ name }) => name === "train_step")?.steps ?? [];
  const originsOf = (step: Step): readonly string[] => kernelsIn([step]).flatMap(({ origins }) => origins);
  const firstLoss = steps.findIndex((step) => originsOf(step).includes("loss"));
  const parts = steps.map((step, i) => {
    const [kernel] = kernelsIn([step]);
    const name = (kernel === undefined ? undefined : place(kernel)) ?? originsOf(step)[0] ?? "";
    return { function: `part_${i}`, name: isRepeat(step) ? `${name} (repeated)` : name, forward: i < firstLoss };
  });
  const functions = steps.map((step, i): LoopFunction => {
    return { name: `part_${i}`, steps: [step], inputs: [], outputs: [] };
  });
  return { program: { ...program, functions: [...program.functions, ...functions] }, parts };
}
