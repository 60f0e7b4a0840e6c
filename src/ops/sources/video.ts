import { tensor } from "../../ir/types.ts";
import { collectionColumns, collectionOptions, collectionProblem, collectionSchema } from "../collection.ts";
import { defineSource } from "../definition.ts";
import { maybeNumber, maybeNumbers, numberOf } from "../options.ts";

export const video = defineSource({
  name: "video",
  summary:
    "Clips as folders of frames, PNG or JPEG, in a folder or a ZIP archive, with a folder for each class or an index.",
  options: {
    file: { type: { kind: "string" }, required: true, doc: "The folder or the archive." },
    frames: { type: { kind: "int", min: 1, max: 100_000 }, required: true, doc: "The number of frames of a clip." },
    size: {
      type: { kind: "size", rank: 2, min: 1 },
      required: true,
      doc: "Height and width to which frames are brought.",
    },
    channels: { type: { kind: "int", min: 1, max: 3 }, default: 3, doc: "1 for grey, 3 for red, green and blue." },
    crop: {
      type: { kind: "bool" },
      default: false,
      doc: "Whether to keep the proportions and cut off what lies beyond the middle.",
    },
    fit: {
      type: { kind: "choice", values: ["cut", "spread"] },
      default: "cut",
      doc: "`cut` takes the first frames, and black ones behind the end of a shorter clip; `spread` takes frames evenly over the whole clip.",
    },
    ...collectionOptions({ item: "clip", path: "clip" }),
  },
  positional: ["file"],
  columns(options) {
    const size = maybeNumbers(options, "size") ?? [32, 32];
    const shape = [maybeNumber(options, "frames") ?? 1, ...size, numberOf(options, "channels")];
    return [
      { name: "frames", type: tensor("u8", ...shape), doc: "The frames of the clip, from 0 to 255." },
      ...collectionColumns(options, "clip"),
    ];
  },
  schema: collectionSchema("video"),
  rawColumn: "frames",
  problem: (options) =>
    options.channels === 2
      ? { option: "channels", message: "pictures have 1 channel or 3" }
      : collectionProblem(options, ["clip"]),
  mayHoldTestPart: true,
  hasTestPart: ({ split }) => split !== undefined,
  source: "Folders of frames, as UCF101 and AVLetters are handed out",
});
