// A trainer for target `js`: one function of TypeScript for each kernel.

import { type LoopRequest, type TrainerFiles, trainerFiles } from "../trainer.ts";
import { programText } from "./program.ts";

/** `train.ts` and its transpiled `train.js`; undefined where the runtime has no reader for the source. */
export function emitTrainer(request: LoopRequest): TrainerFiles | undefined {
  const { text, modules } = programText(request.program, request.place);
  return trainerFiles(request, {
    title: "The model: one function for each kernel",
    program: text,
    modules,
  });
}
