// Writes a trainer for target `tfjs`: one function over tensors of TensorFlow.js for each program.

import { type CallRequest, type TrainerFiles, trainerFiles } from "../trainer.ts";
import { programText } from "./program.ts";

/** Returns `train.ts` and its transpiled `train.js`; undefined if the runtime has no reader for the source. */
export async function emitTrainer(request: CallRequest): Promise<TrainerFiles | undefined> {
  return trainerFiles(request, {
    title: "The model: calls of TensorFlow.js",
    program: programText(request.primitives, request.batch, request.place),
    modules: [
      "core/threefry",
      ...[
        "tfjs/tensors",
        "tfjs/rightSide",
        "tfjs/gradients",
        "tfjs/depthwise",
        "tfjs/products",
        "tfjs/rows",
        "tfjs/repeat",
      ],
      "node/tensorflow",
    ],
    needs: {
      name: "tf",
      type: "TensorFlow",
      open: "async (options) => createProgram(await findTensorFlow(options?.backend))",
    },
  });
}
