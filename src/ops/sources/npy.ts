import { defineSource } from "../definition.ts";

export const npy = defineSource({
  name: "npy",
  aliases: ["npz"],
  summary: "Arrays of NumPy: an archive `.npz`, a folder of `.npy`, or one `.npy`. Each array is a column.",
  options: {
    file: { type: { kind: "string" }, required: true, doc: "The archive, the folder or the array." },
  },
  positional: ["file"],
  columns: () => [],
  schema: ({ file }) => ({ source: "npy", form: "arrays", options: { file } }),
  hasTestPart: () => false,
  source: "NumPy, numpy.lib.format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html",
});
