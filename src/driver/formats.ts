// The export formats of trained models. Their code loads only when needed.

import type { Exported, TrainedModel } from "../export/format.ts";
import type { FormatName } from "./options.ts";

interface Format {
  write(model: TrainedModel): Promise<Exported>;
}

const formats: Readonly<Record<FormatName, Format>> = {
  tfjs: { write: async (model) => (await import("../export/tfjs/model.ts")).exportModel(model) },
};

/** Returns a format by its name, which may be any text. */
export const formatNamed = (name: string): Format | undefined =>
  Object.hasOwn(formats, name) ? formats[name as FormatName] : undefined;
