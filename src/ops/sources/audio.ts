import { tensor } from "../../ir/types.ts";
import { collectionColumns, collectionOptions, collectionProblem, collectionSchema } from "../collection.ts";
import { defineSource } from "../definition.ts";
import { maybeNumber } from "../options.ts";

export const audio = defineSource({
  name: "audio",
  summary: "Recordings, WAV, in a folder or a ZIP archive: brought to one rate, and cut or filled up to one length.",
  options: {
    file: { type: { kind: "string" }, required: true, doc: "The folder or the archive." },
    rate: {
      type: { kind: "int", min: 100, max: 768_000 },
      required: true,
      doc: "Samples a second to which recordings are brought.",
    },
    length: {
      type: { kind: "int", min: 1, max: 100_000_000 },
      required: true,
      doc: "Samples of a recording: what is longer is cut off at the end, and what is shorter is silent there.",
    },
    channels: {
      type: { kind: "int", min: 1, max: 2 },
      optional: true,
      default: undefined,
      doc: "1 for the mean of all, 2 for two side by side, as a last axis; by default the mean, without that axis.",
    },
    ...collectionOptions({ item: "recording", path: "recording" }),
  },
  positional: ["file"],
  columns(options) {
    const [length, channels] = [maybeNumber(options, "length") ?? 1, maybeNumber(options, "channels")];
    const shape = channels === undefined ? [length] : [length, channels];
    return [
      { name: "samples", type: tensor("f32", ...shape), doc: "The recording, from -1 to 1." },
      ...collectionColumns(options, "recording"),
    ];
  },
  schema: collectionSchema("audio"),
  problem: (options) => collectionProblem(options, ["recording"]),
  mayHoldTestPart: true,
  hasTestPart: ({ split }) => split !== undefined,
  source: "Folders of classes as in Keras's audio_dataset_from_directory: https://keras.io/api/data_loading/audio/",
});
