// Reads a weights file, as trainers save it. Knows nothing of the weights of a model.

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

/** Reads the header first, and refuses a file that does not have the size in it. */
function tensorsOf({ size, read }: RegularFile, path: string): Safetensors {
  const end = safetensorsHeaderEnd(read(0, 8), size, path);
  safetensorsLayout(read(8, end - 8), size - end, path);
  return readSafetensors(read(0, size), path);
}

/** Returns the tensors of the file at `path`, or one sentence if it is unreadable or not in the format. */
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
