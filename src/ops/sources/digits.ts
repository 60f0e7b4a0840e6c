import { defineSource, type OptionDef } from "../definition.ts";
import { maybeNumber } from "../options.ts";
import { pictureColumns } from "../source.ts";

const pictures = (fallback: number, doc: string): OptionDef => ({
  type: { kind: "int", min: 0, max: 60_000 },
  default: fallback,
  doc,
});

export const digits = defineSource({
  name: "digits",
  summary:
    "Digits of 28 × 28 pixels, drawn from strokes with random distortion, thickness and noise. It needs no file.",
  options: {
    train: { ...pictures(12_000, "The number of digits to train on."), type: { kind: "int", min: 1, max: 60_000 } },
    test: pictures(2_000, "The number of digits to test with."),
    seed: {
      type: { kind: "int", min: 0 },
      optional: true,
      default: undefined,
      doc: "The seed of the drawings; by default the seed of the training.",
    },
  },
  positional: ["train", "test"],
  columns: () => pictureColumns([28, 28, 1], 10),
  examples: (options) => maybeNumber(options, "train"),
  rawColumn: "pixels",
  hasTestPart: (options) => options.test !== 0,
  source: "Drawn by nnc itself; elastic distortion as in Simard, Steinkraus, Platt 2003",
});
