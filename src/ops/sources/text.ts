import { tensor } from "../../ir/types.ts";
import { defineSource } from "../definition.ts";

export const text = defineSource({
  name: "text",
  summary: "Running text from a file, gzipped or not, cut into windows of the length that fields take.",
  options: {
    file: { type: { kind: "string" }, required: true, doc: "The file, UTF-8." },
    stride: {
      type: { kind: "int", min: 1 },
      optional: true,
      default: undefined,
      doc: "By how many places a window begins after the one before; by default its length, so that windows do not overlap.",
    },
  },
  positional: ["file"],
  columns: () => [{ name: "text", type: tensor("i32"), text: true, doc: "A window of the text." }],
  hasTestPart: () => false,
  contiguous: true,
  source: "Karpathy, 2015, char-rnn",
});
