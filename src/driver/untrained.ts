// A model that no training names, as a request to compile: it has no data and no step, and only predicts.

import type { LowerRequest } from "../lower/lower.ts";
import { batchOf } from "./choice.ts";
import type { CompileOptions } from "./options.ts";
import type { TrainedRequest } from "./trainer.ts";

/** Returns the model with an empty training. The runtime's source `nothing` says why it cannot train. */
export function withoutTraining(request: LowerRequest, options: CompileOptions): TrainedRequest {
  const { name, span } = request.model;
  const { seed = 0 } = options;
  const batch = batchOf(request, options);
  const nothing = { name: "nothing", options: {}, span };
  return {
    ...request,
    training: { model: name, dataset: "", span, steps: [], metrics: [], epochs: 1, batch, seed },
    dataset: {
      ...{ name: "", span, source: nothing, fields: [], noise: [] },
      split: { train: 1, validation: 0, test: 0, order: "order" },
    },
  };
}
