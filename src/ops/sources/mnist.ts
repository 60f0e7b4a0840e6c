import { defineSource } from "../definition.ts";
import { pictureColumns } from "../source.ts";

export const mnist = defineSource({
  name: "mnist",
  summary: "70,000 handwritten digits of 28 × 28 pixels: 60,000 to train on, 10,000 to test with.",
  options: {},
  positional: [],
  columns: () => pictureColumns([28, 28, 1], 10),
  examples: () => 60_000,
  rawColumn: "pixels",
  hasTestPart: () => true,
  source: "LeCun, Cortes, Burges, The MNIST database of handwritten digits",
});
