import { bad, defineFunction, ok } from "../definition.ts";
import { tokensInput } from "../embedding.ts";
import { inputAt, oneHot, samplesOf } from "../indices.ts";
import { numberOf } from "../options.ts";
import { andThen } from "../shape.ts";

export const bincount = defineFunction({
  name: "bincount",
  summary: "Counts how often each number from 0 on occurs along the last axis. For sums of weights see `segment_sum`.",
  inputs: [{ name: "x", shape: "[..., n]" }],
  output: "[..., minlength]",
  options: {
    minlength: {
      type: { kind: "int", min: 1 },
      required: true,
      doc: "The number of counts: shapes do not depend on data, so larger numbers are not counted.",
    },
  },
  positional: ["minlength"],
  ownNumbers: [0],
  shape: (inputs, options) =>
    andThen(tokensInput(inputs), (x) => {
      const { samples, own } = samplesOf(x);
      if (own.length === 0) return bad({ problem: "rank", input: 0, expected: [1], expectedText: "[..., n]" });
      return ok({ dtype: "i32", shape: [...samples, ...own.slice(0, -1), numberOf(options, "minlength")] });
    }),
  expand(g, { inputs, options }) {
    const x = inputAt(inputs, 0);
    const rank = x.type.shape.length;
    const rows = oneHot(g, x, numberOf(options, "minlength"), rank);
    return { output: g.cast(g.sum(g.cast(rows, "f32"), [rank - 1]), "i32") };
  },
  examples: [{ nn: "bincount(4)", type: "i32[6] -> i32[4]" }],
  source: "https://keras.io/api/ops/numpy/#bincount-function",
});
