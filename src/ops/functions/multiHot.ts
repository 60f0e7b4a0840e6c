import { bad, defineFunction, ok } from "../definition.ts";
import { tokensInput } from "../embedding.ts";
import { inputAt, oneHot, samplesOf } from "../indices.ts";
import { numberOf } from "../options.ts";
import { andThen } from "../shape.ts";

export const multiHot = defineFunction({
  name: "multi_hot",
  summary: "One row of numbers for all indices along the first axis of a sample: 1 at each of them, 0 elsewhere.",
  inputs: [{ name: "x", shape: "[n, ...]" }],
  output: "[..., num_classes]",
  options: {
    num_classes: { type: { kind: "int", min: 1 }, required: true, doc: "The number of classes." },
  },
  positional: ["num_classes"],
  shape: (inputs, options) =>
    andThen(tokensInput(inputs), (x) => {
      const { samples, own } = samplesOf(x);
      if (own.length === 0) return bad({ problem: "rank", input: 0, expected: [1], expectedText: "[n, ...]" });
      return ok({ dtype: "f32", shape: [...samples, ...own.slice(1), numberOf(options, "num_classes")] });
    }),
  expand(g, { inputs, options }) {
    const x = inputAt(inputs, 0);
    const { samples } = samplesOf(x.type);
    const rows = oneHot(g, x, numberOf(options, "num_classes"), x.type.shape.length);
    return { output: g.max(g.cast(rows, "f32"), [samples.length]) };
  },
  examples: [{ nn: "multi_hot(5)", type: "i32[3] -> f32[5]" }],
  source: "https://keras.io/api/ops/nn/#multihot-function",
});
