import type { Builder, Value } from "../../ir/builder.ts";
import type { OptionRecord } from "../../ir/graph.ts";
import type { Size } from "../../ir/size.ts";
import type { TensorType } from "../../ir/types.ts";
import { bad, type CallContext, defineLayer, type ExpandCall, ok } from "../definition.ts";
import {
  attendAs,
  attentionAxes,
  headInputs,
  headOptions,
  headsProblem,
  mainOf,
  type Projection,
  project,
  projectionWeights,
} from "../multiHead.ts";
import { flag, maybeIntegers, maybeNumber, numberOf } from "../options.ts";

interface Projections {
  readonly query: Projection;
  readonly key: Projection;
  readonly value: Projection;
  readonly gate: Projection;
  readonly output: Projection;
}

const last = ({ shape }: TensorType): readonly Size[] => shape.slice(-1);

/** The shape of the result after the axes of the query but its last. */
const resultShape = (query: TensorType, options: OptionRecord): readonly Size[] =>
  maybeIntegers(options, "output_shape") ?? last(query);

function projections(call: CallContext<TensorType>, options: OptionRecord): Projections {
  const { query, value, key } = mainOf(call);
  const heads = numberOf(options, "num_heads");
  const size = numberOf(options, "key_dim");
  const width = maybeNumber(options, "value_dim") ?? size;
  return {
    query: { name: "query", from: last(query), to: [heads, size] },
    key: { name: "key", from: last(key), to: [heads, size] },
    value: { name: "value", from: last(value), to: [heads, width] },
    gate: { name: "gate", from: last(query), to: [heads, width] },
    output: { name: "attention_output", from: [heads, width], to: resultShape(query, options) },
  };
}

const axesOf = (query: TensorType, options: OptionRecord): readonly number[] | undefined =>
  attentionAxes(query, maybeIntegers(options, "attention_axes"));

/** The types of the inputs in the place of the inputs. */
const typesOf = (call: ExpandCall): CallContext<TensorType> => ({
  ...call,
  given: (name) => call.given(name).map(({ type }) => type),
});

function gated(g: Builder, mixed: Value, query: Value, { gate }: Projections, call: ExpandCall): Value {
  if (!flag(call.options, "use_gate")) return mixed;
  return g.mul(mixed, g.map("sigmoid", project(g, query, gate, call)));
}

export const multiHeadAttention = defineLayer({
  name: "MultiHeadAttention",
  summary: "Attention in several heads, each with its own learned products of query, key and value.",
  inputs: headInputs,
  output: "[..., n]; with return_attention_scores also [heads, steps, time]",
  options: {
    num_heads: { type: { kind: "int", min: 1 }, required: true, doc: "The number of heads." },
    key_dim: { type: { kind: "int", min: 1 }, required: true, doc: "The size of a head for queries and keys." },
    value_dim: {
      type: { kind: "int", min: 1 },
      optional: true,
      default: undefined,
      doc: "The size of a head for values; without it that of `key_dim`.",
    },
    output_shape: {
      type: { kind: "shape" },
      optional: true,
      default: undefined,
      doc: "The shape of the result of each step; without it that of the query's.",
    },
    attention_axes: {
      type: { kind: "axes" },
      optional: true,
      default: undefined,
      doc: "The axes over which queries attend to keys; without them all but the last.",
    },
    ...headOptions,
  },
  positional: ["num_heads", "key_dim", "value_dim"],
  masks: () => ({ from: "query_mask" }),
  trainingDiffers: true,
  weights(_, options, call) {
    const { query, key, value, gate, output } = projections(call, options);
    const all = [query, key, ...(flag(options, "use_gate") ? [gate] : []), value, output];
    return projectionWeights(all, options);
  },
  shape(types, options, call) {
    const { query } = mainOf(call);
    const axes = axesOf(query, options);
    if (axes === undefined) {
      const message = "it must name axes of the query besides the last, each once";
      return bad({ problem: "option", option: "attention_axes", message });
    }
    // They are about steps along one axis.
    const ordered = ["use_causal_mask", "sliding_window"].find((name) => (options[name] ?? false) !== false);
    const masked = ["query_mask", "value_mask", "key_mask"].find((name) => call.given(name).length > 0);
    const alone = ordered ?? masked;
    if (axes.length > 1 && alone !== undefined) {
      const message = `these are ${axes.length} axes, and ${alone} goes with one`;
      return bad({ problem: "option", option: "attention_axes", message });
    }
    const problem = headsProblem(types, call, axes);
    if (problem !== undefined) return bad(problem);
    return ok({ dtype: "f32", shape: [...query.shape.slice(0, -1), ...resultShape(query, options)] });
  },
  more(_, options, call) {
    if (!flag(options, "return_attention_scores")) return [];
    const { query, value } = mainOf(call);
    const axes = axesOf(query, options) ?? [];
    const others = query.shape.slice(0, -1).filter((_size, axis) => !axes.includes(axis));
    const along = ({ shape }: TensorType): readonly Size[] => axes.map((axis) => shape[axis] ?? 1);
    return [{ dtype: "f32", shape: [...others, numberOf(options, "num_heads"), ...along(query), ...along(value)] }];
  },
  expand(g, call) {
    const { query, value, key } = mainOf(call);
    const { options } = call;
    const by = projections(typesOf(call), options);
    const { output: mixed, scores } = attendAs(g, call, {
      query: project(g, query, by.query, call),
      key: project(g, key, by.key, call),
      value: project(g, value, by.value, call),
      axes: axesOf(query.type, options) ?? [],
      scale: 1 / Math.sqrt(numberOf(options, "key_dim")),
    });
    const output = project(g, gated(g, mixed, query, by, call), by.output, call);
    return flag(options, "return_attention_scores") ? { output, more: [scores] } : { output };
  },
  examples: [
    { nn: "MultiHeadAttention(2, 3, use_bias: false)", type: "f32[3, 4] -> f32[3, 4]" },
    {
      nn: "MultiHeadAttention(2, 2, value_dim: 3, output_shape: 5, use_bias: false, use_gate: true, return_attention_scores: true, use_causal_mask: true)",
      type: "f32[2, 4], value: f32[3, 2], key: f32[3, 3], value_mask: bool[3], attention_mask: bool[2, 3] -> f32[2, 5], f32[2, 2, 3]",
    },
    { nn: "MultiHeadAttention(1, 2, attention_axes: 2, use_bias: false)", type: "f32[2, 3, 2] -> f32[2, 3, 2]" },
  ],
  source: "https://keras.io/api/layers/attention_layers/multi_head_attention/; Vaswani et al. 2017",
});
