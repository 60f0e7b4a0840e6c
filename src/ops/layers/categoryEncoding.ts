import type { Size } from "../../ir/size.ts";
import type { TensorType } from "../../ir/types.ts";
import { bad, type Checked, defineLayer, ok } from "../definition.ts";
import { tokensInput } from "../embedding.ts";
import { inputAt, oneHot } from "../indices.ts";
import { numberOf, textOf } from "../options.ts";
import { andThen, innerShape } from "../shape.ts";

/** The axes before the tokens of one result: all but the last, or all for one row a token. */
function before(x: TensorType, mode: string): readonly Size[] {
  const shape = innerShape(x);
  // As in Keras, one token in an axis of its own is a single token.
  if (mode === "one_hot") return shape.at(-1) === 1 ? shape.slice(0, -1) : shape;
  return shape.slice(0, -1);
}

/** Says why weights of tokens do not fit; undefined if they do. */
function weightsProblem(x: TensorType, weights: TensorType | undefined, mode: string): Checked<never> | undefined {
  if (weights === undefined) return undefined;
  if (mode !== "count") return bad({ problem: "option", option: "output_mode", message: "only `count` weighs tokens" });
  if (weights.dtype !== "f32") return bad({ problem: "dtype", input: 1, expected: ["f32"] });
  if (weights.shape.length !== x.shape.length) return bad({ problem: "differ", input: 1 });
  const axis = x.shape.findIndex(
    (size, i) => typeof size === "number" && typeof weights.shape[i] === "number" && size !== weights.shape[i],
  );
  if (axis < 0) return undefined;
  const [expected = 1, actual = 1] = [x.shape[axis], weights.shape[axis]];
  return bad({ problem: "size", input: 1, axis, expected, actual, why: "each token has one weight" });
}

export const categoryEncoding = defineLayer({
  name: "CategoryEncoding",
  summary: "Tokens as numbers: which of them are there, how often, or a row for each.",
  inputs: [
    { name: "x", shape: "[..., n]" },
    { name: "count_weights", shape: "[..., n]", optional: true, doc: "What each token counts, for `count`." },
  ],
  output: "[..., num_tokens]",
  options: {
    num_tokens: { type: { kind: "int", min: 1 }, required: true, doc: "The number of tokens." },
    output_mode: {
      type: { kind: "choice", values: ["multi_hot", "one_hot", "count"] },
      default: "multi_hot",
      doc: "`multi_hot` is 1 for each token that is there, `count` says how often, `one_hot` is a row for each.",
    },
  },
  positional: ["num_tokens", "output_mode"],
  shape: ([x, weights], options) =>
    andThen(tokensInput(x === undefined ? [] : [x]), (tokens): Checked<TensorType> => {
      const mode = textOf(options, "output_mode");
      const shape = [...tokens.shape.slice(0, 1), ...before(tokens, mode), numberOf(options, "num_tokens")];
      return weightsProblem(tokens, weights, mode) ?? ok({ dtype: "f32", shape });
    }),
  rows: (options) => numberOf(options, "num_tokens"),
  expand(g, { inputs, given, options }) {
    const x = inputAt(inputs, 0);
    const mode = textOf(options, "output_mode");
    const count = numberOf(options, "num_tokens");
    const [batch = 1] = x.type.shape;
    const shape = [batch, ...before(x.type, mode), count];
    const rank = x.type.shape.length;
    const hot = g.cast(oneHot(g, x, count, rank), "f32");
    if (mode === "one_hot" || rank === 1) return { output: g.reshape(hot, shape) };
    const [weights] = given("count_weights");
    const weighed = weights === undefined ? hot : g.mul(hot, g.reshape(weights, [...weights.type.shape, 1]));
    return { output: mode === "count" ? g.sum(weighed, [rank - 1]) : g.max(hot, [rank - 1]) };
  },
  examples: [
    { nn: "CategoryEncoding(5)", type: "i32[4] -> f32[5]" },
    { nn: "CategoryEncoding(5, one_hot)", type: "i32[4] -> f32[4, 5]" },
    { nn: "CategoryEncoding(5, count)", type: "i32[2, 4], f32[2, 4] -> f32[2, 5]" },
    { nn: "CategoryEncoding(3, one_hot)", type: "i32[1] -> f32[3]" },
  ],
  source: "https://keras.io/api/layers/preprocessing_layers/categorical/category_encoding/",
});
