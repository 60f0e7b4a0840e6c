import { CompilerBug } from "../../base/compilerBug.ts";
import { certainlyDiffer } from "../../ir/size.ts";
import type { TensorType } from "../../ir/types.ts";
import { allHold, attend, causalMask, causalOption, flashOption } from "../attention.ts";
import { bad, type CallContext, defineFunction, ok, type ShapeProblem } from "../definition.ts";
import { flag, maybeNumber } from "../options.ts";
import { dtypeProblem, isBatched, known } from "../shape.ts";

/** Finds queries, keys and values that do not go together. */
function mainProblem(main: readonly TensorType[]): ShapeProblem | undefined {
  const wrong = dtypeProblem(main, ["f32"]);
  if (wrong !== undefined) return wrong;
  const flat = main.findIndex((type) => type.shape.length !== 4 || !isBatched(type));
  if (flat >= 0) return { problem: "rank", input: flat, expected: [3], expectedText: "[time, heads, size]" };
  const [query, key, value] = main;
  for (const [input, axis, expected, actual, why] of [
    [1, 3, query?.shape[3], key?.shape[3], "keys are as wide as queries"],
    [2, 1, key?.shape[1], value?.shape[1], "each value has a key"],
    [2, 2, key?.shape[2], value?.shape[2], "values have the heads of keys"],
  ] as const)
    if (certainlyDiffer(expected ?? 1, actual ?? 1))
      return { problem: "size", input, axis, expected: expected ?? 1, actual: actual ?? 1, why };
  const [heads, shared] = [query?.shape[2], key?.shape[2]];
  if (typeof heads !== "number" || typeof shared !== "number" || heads % shared === 0) return undefined;
  const why = "the heads of queries are a multiple of those of keys";
  return { problem: "size", input: 1, axis: 2, expected: heads, actual: shared, why };
}

/** Finds a bias or mask that does not broadcast to the scores. */
function besideProblem(types: readonly TensorType[], call: CallContext<TensorType>): ShapeProblem | undefined {
  const [query, key] = types;
  const scores = [query?.shape[0] ?? 1, query?.shape[2] ?? 1, query?.shape[1] ?? 1, key?.shape[1] ?? 1];
  for (const [name, dtype] of [
    ["bias", "f32"],
    ["mask", "bool"],
  ] as const)
    for (const type of call.given(name)) {
      const input = types.indexOf(type);
      if (type.dtype !== dtype) return { problem: "dtype", input, expected: [dtype] };
      const own = isBatched(type) ? type.shape : [1, ...type.shape];
      if (own.length !== 4)
        return { problem: "rank", input, expected: [3], expectedText: "[heads, steps, time], each of them or 1" };
      const axis = own.findIndex((size, i) => size !== 1 && certainlyDiffer(size, scores[i] ?? 1));
      const why = "the scores have the axes heads, steps, time";
      if (axis >= 0) return { problem: "size", input, axis, expected: scores[axis] ?? 1, actual: own[axis] ?? 1, why };
    }
  return undefined;
}

export const dotProductAttention = defineFunction({
  name: "dot_product_attention",
  summary: "The mean of values, weighted by the softmax of the products of query and key, head by head.",
  inputs: [
    { name: "query", shape: "[steps, heads, size]" },
    { name: "key", shape: "[time, heads, size]", doc: "It may have fewer heads, each for several of the query." },
    { name: "value", shape: "[time, heads, m]" },
    { name: "bias", shape: "[heads, steps, time]", optional: true, doc: "Added to the scores; axes may be 1." },
    {
      name: "mask",
      shape: "[heads, steps, time]",
      optional: true,
      doc: "bool: which queries attend to which keys; axes may be 1.",
    },
  ],
  output: "[steps, heads, m]",
  options: {
    scale: {
      type: { kind: "float" },
      optional: true,
      default: undefined,
      doc: "The factor of the products; without it 1 / sqrt(size).",
    },
    is_causal: causalOption,
    flash_attention: flashOption,
  },
  positional: [],
  shape(types, _, call) {
    const problem = mainProblem(types.slice(0, 3)) ?? besideProblem(types, call);
    if (problem !== undefined) return bad(problem);
    const [query, , value] = types;
    return ok({ dtype: "f32", shape: [...(query?.shape.slice(0, 3) ?? []), value?.shape[3] ?? 1] });
  },
  expand(g, call) {
    const [query, key, value] = call.inputs;
    if (query === undefined || key === undefined || value === undefined)
      throw new CompilerBug("attention without query, key or value");
    const { options } = call;
    const [steps = 1, time = 1] = [query.type.shape[1], key.type.shape[1]];
    const causal = flag(options, "is_causal") ? causalMask(g, steps, time) : undefined;
    const scale = maybeNumber(options, "scale") ?? 1 / Math.sqrt(known(query.type.shape[3]));
    const heads = { query, key, value, axes: [1], scale, dropout: 0, leftOut: "even" } as const;
    const mask = allHold(g, [...call.given("mask"), causal]);
    const { output } = attend(g, { ...heads, bias: call.given("bias")[0], mask }, call);
    return { output };
  },
  examples: [
    {
      nn: "dot_product_attention(is_causal: true)",
      type: "f32[2, 4, 3], f32[3, 2, 3], f32[3, 2, 2], mask: bool[1, 2, 3] -> f32[2, 4, 2]",
    },
    {
      nn: "dot_product_attention(scale: 0.5)",
      type: "f32[2, 1, 3], f32[3, 1, 3], f32[3, 1, 2], bias: f32[1, 1, 3] -> f32[2, 1, 2]",
    },
  ],
  source: "https://keras.io/api/ops/nn/#dotproductattention-function",
});
