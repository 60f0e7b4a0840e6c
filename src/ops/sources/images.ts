import { tensor } from "../../ir/types.ts";
import {
  collectionColumns,
  collectionOptions,
  collectionProblem,
  collectionSchema,
  namedOption,
} from "../collection.ts";
import { defineSource } from "../definition.ts";
import { maybeNumbers, numberOf, textOf } from "../options.ts";

const namesIn = (text: string): readonly string[] => text.split(/\s+/).filter((name) => name !== "");

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
    ...collectionOptions({ item: "picture", path: "image" }),
    mask: namedOption(
      "The column of the index with the path of a second picture, whose pixels are numbers of classes.",
    ),
    boxes: namedOption(
      "A table of boxes, a line each: the picture's path first, and the columns `class`, `xmin`, `ymin`, `xmax`, `ymax`, in pixels of the file.",
    ),
    most_boxes: {
      type: { kind: "int", min: 1, max: 10_000 },
      default: 100,
      doc: "The number of rows of `boxes`; a picture with more boxes is refused.",
    },
    box_classes: namedOption(
      'The names of the classes of boxes in their order, `"red white"`; by default those of the table in the order of their characters.',
    ),
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
      ...(options.boxes === undefined
        ? []
        : [
            {
              name: "boxes",
              type: tensor("f32", numberOf(options, "most_boxes"), 5),
              boxes: options.box_classes === undefined ? {} : { classes: namesIn(textOf(options, "box_classes")) },
              doc: "Boxes, a row each: left, top, right and bottom in pixels of `size`, and the class; -1 in rows without a box.",
            },
          ]),
      ...collectionColumns(options, "picture"),
    ];
  },
  schema: collectionSchema("images"),
  rawColumn: "pixels",
  problem(options) {
    if (options.channels === 2) return { option: "channels", message: "pictures have 1 channel or 3" };
    if (options.box_classes !== undefined && options.boxes === undefined)
      return { option: "box_classes", message: "it names the classes of a table of boxes: give that with 'boxes'" };
    return collectionProblem(options, ["image", "mask"]);
  },
  mayHoldTestPart: true,
  hasTestPart: ({ split }) => split !== undefined,
  source: "Folders of classes as in Keras's image_dataset_from_directory: https://keras.io/api/data_loading/image/",
});
