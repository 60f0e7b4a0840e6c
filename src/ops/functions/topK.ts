import type { OptionRecord } from "../../ir/graph.ts";
import type { TensorType } from "../../ir/types.ts";
import { bad, defineFunction, ok } from "../definition.ts";
import { inputAt } from "../indices.ts";
import { numberOf } from "../options.ts";
import { andThen } from "../shape.ts";
import { elementsAt, orderedInput, placesOfLargest } from "../sorting.ts";

const largest = (x: TensorType, options: OptionRecord): TensorType => ({
  dtype: x.dtype,
  shape: [...x.shape.slice(0, -1), numberOf(options, "k")],
});

export const topK = defineFunction({
  name: "top_k",
  elsewhere: ["topk"],
  summary:
    "The k largest elements along the last axis, the largest first, and their places; equal ones in their order.",
  inputs: [{ name: "x", shape: "[..., n]" }],
  output: "[..., k], [..., k]",
  options: {
    k: { type: { kind: "int", min: 1 }, required: true, doc: "The number of elements." },
    sorted: { type: { kind: "bool" }, default: true, doc: "Whether they must descend. They always do." },
  },
  positional: ["k", "sorted"],
  ownNumbers: [1],
  shape: (inputs, options) =>
    andThen(orderedInput(inputs, -1), ({ x }) => {
      const size = x.shape.at(-1);
      const k = numberOf(options, "k");
      if (typeof size === "number" && size < k)
        return bad({ problem: "option", option: "k", message: `the axis has ${size} elements, fewer than ${k}` });
      return ok(largest(x, options));
    }),
  more: ([x], options) => (x === undefined ? [] : [{ ...largest(x, options), dtype: "i32" }]),
  expand(g, { inputs, options }) {
    const x = inputAt(inputs, 0);
    const places = placesOfLargest(g, x, numberOf(options, "k"));
    return { output: elementsAt(g, x, places, x.type.shape.length - 1), more: [places] };
  },
  examples: [
    { nn: "top_k(2)", type: "f32[5] -> f32[2], i32[2]" },
    { nn: "top_k(17)", type: "f32[18] -> f32[17], i32[17]" },
  ],
  source: "https://keras.io/api/ops/math/#topk-function",
});
