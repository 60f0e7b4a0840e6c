import type { OptionRecord } from "../../ir/graph.ts";
import type { TensorType } from "../../ir/types.ts";
import { bad, type CallContext, defineLayer, ok } from "../definition.ts";
import {
  attendAs,
  headInputs,
  headOptions,
  headsProblem,
  mainOf,
  type Projection,
  project,
  projectionWeights,
} from "../multiHead.ts";
import { flag, numberOf } from "../options.ts";

/** The axis of steps. */
const axes = [1];

function projections(call: CallContext<TensorType>, options: OptionRecord) {
  const { query, value, key } = mainOf(call);
  const size = numberOf(options, "head_dim");
  const [all, shared] = [numberOf(options, "num_query_heads"), numberOf(options, "num_key_value_heads")];
  const by = (name: string, { shape }: TensorType, heads: number): Projection => ({
    name,
    from: shape.slice(-1),
    to: [heads, size],
  });
  return {
    query: by("query", query, all),
    key: by("key", key, shared),
    gate: by("gate", query, all),
    value: by("value", value, shared),
    output: { name: "attention_output", from: [all, size], to: query.shape.slice(-1) },
  };
}

export const groupQueryAttention = defineLayer({
  name: "GroupQueryAttention",
  aliases: ["GroupedQueryAttention"],
  summary: "Attention in several heads, of which groups share keys and values.",
  inputs: headInputs,
  output: "[steps, n]; with return_attention_scores also [heads, steps, time]",
  options: {
    head_dim: { type: { kind: "int", min: 1 }, required: true, doc: "The size of a head." },
    num_query_heads: { type: { kind: "int", min: 1 }, required: true, doc: "The number of heads of queries." },
    num_key_value_heads: {
      type: { kind: "int", min: 1 },
      required: true,
      doc: "The number of heads of keys and values, which divides that of queries.",
    },
    ...headOptions,
  },
  positional: ["head_dim", "num_query_heads", "num_key_value_heads"],
  masks: () => ({ from: "query_mask" }),
  trainingDiffers: true,
  weights(_, options, call) {
    const { query, key, gate, value, output } = projections(call, options);
    const all = [query, key, ...(flag(options, "use_gate") ? [gate] : []), value, output];
    return projectionWeights(all, options);
  },
  shape(types, options, call) {
    const { query } = mainOf(call);
    const [all, shared] = [numberOf(options, "num_query_heads"), numberOf(options, "num_key_value_heads")];
    if (all % shared !== 0) {
      const message = `it must divide num_query_heads, which is ${all}`;
      return bad({ problem: "option", option: "num_key_value_heads", message });
    }
    if (query.shape.length !== 3) return bad({ problem: "rank", input: 0, expected: [2], expectedText: "[steps, n]" });
    const problem = headsProblem(types, call, axes);
    return problem === undefined ? ok({ dtype: "f32", shape: query.shape }) : bad(problem);
  },
  more(_, options, call) {
    if (!flag(options, "return_attention_scores")) return [];
    const { query, value } = mainOf(call);
    const [batch = 1, steps = 1] = query.shape;
    return [{ dtype: "f32", shape: [batch, numberOf(options, "num_query_heads"), steps, value.shape[1] ?? 1] }];
  },
  expand(g, call) {
    const { query, value, key } = mainOf(call);
    const { options } = call;
    const by = projections({ ...call, given: (name) => call.given(name).map(({ type }) => type) }, options);
    const { output: mixed, scores } = attendAs(g, call, {
      query: project(g, query, by.query, call),
      key: project(g, key, by.key, call),
      value: project(g, value, by.value, call),
      axes,
      scale: 1 / Math.sqrt(numberOf(options, "head_dim")),
    });
    const gate = flag(options, "use_gate") ? g.map("sigmoid", project(g, query, by.gate, call)) : undefined;
    const output = project(g, gate === undefined ? mixed : g.mul(mixed, gate), by.output, call);
    return flag(options, "return_attention_scores") ? { output, more: [scores] } : { output };
  },
  examples: [
    { nn: "GroupQueryAttention(2, 4, 2, use_causal_mask: true, use_bias: false)", type: "f32[3, 2] -> f32[3, 2]" },
    {
      nn: "GroupQueryAttention(2, 2, 1, use_bias: false, use_gate: true, sliding_window: 2, return_attention_scores: true)",
      type: "f32[3, 2], value: f32[3, 4], query_mask: bool[3] -> f32[3, 2], f32[2, 3, 3]",
    },
  ],
  source: "https://keras.io/api/layers/attention_layers/group_query_attention/; Ainslie et al. 2023",
});
