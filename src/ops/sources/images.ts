import { tensor } from "../../ir/types.ts";
import { defineSource } from "../definition.ts";
import { maybeNumbers, numberOf } from "../options.ts";

export const images = defineSource({
  name: "images",
  summary: "Pictures, PNG or JPEG, in a folder or a ZIP archive, with a folder for each class or an index file.",
  options: {
    file: { type: { kind: "string" }, required: true, doc: "The folder or the archive." },
    size: {
      type: { kind: "size", rank: 2, min: 1 },
      required: true,
      doc: "Height and width to which pictures are brought.",
    },
    channels: { type: { kind: "int", min: 1, max: 3 }, default: 3, doc: "1 for grey, 3 for red, green and blue." },
    crop: {
      type: { kind: "bool" },
      default: false,
      doc: "Whether to keep the proportions and cut off what lies beyond the middle.",
    },
    index: {
      type: { kind: "string" },
      optional: true,
      default: undefined,
      doc: "A table with a line for each picture, `.csv` or `.tsv`; its columns are columns of the source.",
    },
    image: {
      type: { kind: "string" },
      optional: true,
      default: undefined,
      doc: "The column of the index with the picture's path in the folder or the archive; by default the first one.",
    },
    mask: {
      type: { kind: "string" },
      optional: true,
      default: undefined,
      doc: "The column of the index with the path of a second picture, whose pixels are numbers of classes.",
    },
    split: {
      type: { kind: "string" },
      optional: true,
      default: undefined,
      doc: "The column of the index that says `train` for pictures to train on; all others are to test with.",
    },
    skip_bad: {
      type: { kind: "int", min: 0 },
      default: 0,
      doc: "How many pictures that cannot be read may be left out.",
    },
  },
  positional: ["file"],
  columns(options) {
    const size = maybeNumbers(options, "size") ?? [32, 32];
    return [
      {
        name: "pixels",
        type: tensor("u8", ...size, numberOf(options, "channels")),
        doc: "The picture, from 0 to 255.",
      },
      ...(options.mask === undefined
        ? []
        : [{ name: "mask", type: tensor("u8", ...size), doc: "The number of the class of each pixel." }]),
      ...(options.index === undefined
        ? [
            {
              name: "label",
              type: tensor("i32"),
              text: true as const,
              doc: "The name of the picture's folder: its class.",
            },
          ]
        : []),
    ];
  },
  schema: ({ index }) => (index === undefined ? undefined : { source: "images", options: { file: index } }),
  rawColumn: "pixels",
  problem: ({ channels, index, image, mask, split }) => {
    if (channels === 2) return { option: "channels", message: "pictures have 1 channel or 3" };
    const needy = Object.entries({ image, mask, split }).find(([, value]) => value !== undefined)?.[0];
    return index === undefined && needy !== undefined
      ? { option: needy, message: "it names a column of an index" }
      : undefined;
  },
  hasTestPart: ({ split }) => split !== undefined,
  source: "Folders of classes as in Keras's image_dataset_from_directory: https://keras.io/api/data_loading/image/",
});
