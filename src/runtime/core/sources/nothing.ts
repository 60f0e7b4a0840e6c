// The data of a model that no training names: there is none. Such a model only predicts, with weights that are loaded.

import type { DataFiles, SourceData, SourceRequest } from "../dataset.ts";
import { RunError } from "../error.ts";

export async function loadSource(_request: SourceRequest, _files: DataFiles): Promise<SourceData> {
  throw new RunError(
    "this model has no training: import createModel from this file, load weights into the model, and let it predict",
  );
}
