import { defineSource, type OptionDef } from "../definition.ts";
import { numberOf, numbers } from "../options.ts";
import { pictureColumns } from "../source.ts";

const file = (doc: string): OptionDef => ({ type: { kind: "string" }, optional: true, default: undefined, doc });

export const idx = defineSource({
  name: "idx",
  summary: "Pictures and labels in the format of MNIST, gzipped or not.",
  options: {
    images: { type: { kind: "string" }, required: true, doc: "The file of the pictures." },
    labels: { type: { kind: "string" }, required: true, doc: "The file of their labels." },
    test_images: file("The file of the pictures to test with."),
    test_labels: file("The file of their labels."),
    shape: {
      type: { kind: "size", rank: 3, min: 1 },
      default: [28, 28, 1],
      doc: "Height, width and channels of a picture.",
    },
    classes: { type: { kind: "int", min: 1 }, default: 10, doc: "The number of classes; labels count from 0." },
  },
  positional: ["images", "labels"],
  columns: (options) => pictureColumns(numbers(options, "shape"), numberOf(options, "classes")),
  rawColumn: "pixels",
  problem: ({ test_images, test_labels }) => {
    if ((test_images === undefined) === (test_labels === undefined)) return undefined;
    const [option, other] = test_images === undefined ? ["test_labels", "test_images"] : ["test_images", "test_labels"];
    return { option, message: `it needs ${other} too` };
  },
  hasTestPart: (options) => options.test_images !== undefined,
  source: "LeCun, Cortes, Burges, The MNIST database of handwritten digits, section on the file format",
});
