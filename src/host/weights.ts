// Reads a file of weights, as trainers save it. Which weights a model has is not its business.

import { safeText } from "../diagnostics/render/displayText.ts";
import { FormatError } from "../runtime/core/formats/formatError.ts";
import {
  readSafetensors,
  type Safetensors,
  safetensorsHeaderEnd,
  safetensorsLayout,
} from "../runtime/core/formats/safetensors.ts";
import { type RegularFile, withRegularFile } from "./regularFile.ts";

export type ReadWeights = { readonly ok: Safetensors } | { readonly unreadable: string } | { readonly corrupt: string };

/** Its header is read first: a file of another size than it declares is not read at all. */
function tensorsOf({ size, read }: RegularFile, path: string): Safetensors {
  const end = safetensorsHeaderEnd(read(0, 8), size, path);
  safetensorsLayout(read(8, end - 8), size - end, path);
  return readSafetensors(read(0, size), path);
}

/** The tensors of the file at `path`; one sentence where it cannot be read, or is not of the format. */
export function readWeights(path: string): ReadWeights {
  const answer = withRegularFile<ReadWeights>(path, (file) => {
    try {
      return { ok: tensorsOf(file, path) };
    } catch (error) {
      if (error instanceof FormatError) return { corrupt: error.message };
      throw error;
    }
  });
  return "ok" in answer ? answer.ok : { unreadable: `cannot read ${safeText(path)}: ${answer.problem}` };
}
