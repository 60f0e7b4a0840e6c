// The shared part of attention layers with heads: projections to the heads and back, and the masks of query, value and key.

import { CompilerBug } from "../base/compilerBug.ts";
import type { Builder, Value } from "../ir/builder.ts";
import type { OptionRecord } from "../ir/graph.ts";
import { certainlyDiffer, product, type Size } from "../ir/size.ts";
import type { TensorType } from "../ir/types.ts";
import {
  allHold,
  attend,
  causalMask,
  causalOption,
  dropoutOption,
  flashOption,
  type Heads,
  scoresOption,
  windowMask,
  windowOption,
} from "./attention.ts";
import type { CallContext, ExpandCall, InputDef, OptionDef, ShapeProblem, WeightDef } from "./definition.ts";
import { maskProblem } from "./mask.ts";
import {
  biasInitializer,
  flag,
  flagOption,
  kernelInitializer,
  maybeNumber,
  numberOf,
  use,
  useBias,
} from "./options.ts";
import { dtypeProblem, isBatched } from "./shape.ts";

const maskInput = (of: string, shape: string): InputDef => ({
  name: `${of}_mask`,
  shape,
  optional: true,
  maskOf: of,
  doc: `bool: steps of the ${of} that count. Without it, the mask that the ${of} carries.`,
});

export const headInputs: readonly InputDef[] = [
  { name: "query", shape: "[..., n]" },
  { name: "value", shape: "[..., m]", optional: true, doc: "Without it, the query: self-attention." },
  { name: "key", shape: "[..., k]", optional: true, doc: "Without it, the value." },
  maskInput("query", "[steps]"),
  maskInput("value", "[time]"),
  maskInput("key", "[time]"),
  {
    name: "attention_mask",
    shape: "[steps, time]",
    optional: true,
    doc: "bool: which queries attend to which keys. Axes of heads may stand before these two.",
  },
];

/** The options that these layers share, besides the numbers of heads. */
export const headOptions: Readonly<Record<string, OptionDef>> = {
  dropout: dropoutOption,
  use_bias: useBias,
  sliding_window: windowOption,
  flash_attention: flashOption,
  use_gate: flagOption(false, "Whether to multiply each head's result by a learned sigmoid of the query."),
  kernel_initializer: { ...kernelInitializer, doc: "How the kernels start." },
  bias_initializer: { ...biasInitializer, doc: "How the biases start." },
  use_causal_mask: causalOption,
  return_attention_scores: scoresOption,
};

/** Query, value and key, or their types, after those that are left out are filled in. */
export function mainOf<T>(call: CallContext<T>): { readonly query: T; readonly value: T; readonly key: T } {
  const [query] = call.given("query");
  if (query === undefined) throw new CompilerBug("attention without a query");
  const value = call.given("value")[0] ?? query;
  return { query, value, key: call.given("key")[0] ?? value };
}

/** The axes of attention: those of the option, counted from the end or with the batch as 0, or all between batch and last. */
export function attentionAxes(query: TensorType, axes: readonly number[] | undefined): readonly number[] | undefined {
  const rank = query.shape.length;
  if (axes === undefined) return Array.from({ length: rank - 2 }, (_, i) => i + 1);
  const positions = axes.map((axis) => (axis < 0 ? axis + rank : axis)).sort((a, b) => a - b);
  const fine = positions.every((axis, i) => axis > 0 && axis < rank - 1 && axis !== positions[i - 1]);
  return fine && positions.length > 0 ? positions : undefined;
}

/** Finds inputs that do not go together. `axes` are the axes of attention. */
export function headsProblem(
  types: readonly TensorType[],
  call: CallContext<TensorType>,
  axes: readonly number[],
): ShapeProblem | undefined {
  const { query, value, key } = mainOf(call);
  const main = [query, ...call.given("value"), ...call.given("key")];
  const wrong = dtypeProblem(main, ["f32"]);
  if (wrong !== undefined) return wrong;
  const rank = query.shape.length;
  const flat = main.findIndex(({ shape }) => shape.length !== rank || rank < 3);
  if (flat >= 0) {
    const expectedText = rank < 3 ? "[time, n]" : "as many axes as the query";
    return { problem: "rank", input: flat, expected: [Math.max(2, rank - 1)], expectedText };
  }
  for (const [name, type, other] of [
    ["value", value, query],
    ["key", key, value],
  ] as const)
    for (let axis = 1; axis < rank - 1; axis++) {
      if (name === "value" && axes.includes(axis)) continue;
      const [expected = 1, actual = 1] = [other.shape[axis], type.shape[axis]];
      const why = name === "key" ? "each value has a key" : "there is no attention along this axis";
      if (certainlyDiffer(expected, actual))
        return { problem: "size", input: types.indexOf(type), axis, expected, actual, why };
    }
  return masksProblem(types, call, axes);
}

function masksProblem(
  types: readonly TensorType[],
  call: CallContext<TensorType>,
  axes: readonly number[],
): ShapeProblem | undefined {
  const main = mainOf(call);
  for (const name of ["query", "value", "key"] as const)
    for (const mask of call.given(`${name}_mask`)) {
      const problem = maskProblem(main[name], mask, types.indexOf(mask));
      if (problem !== undefined) return problem;
      if (mask.shape.length !== 2 || main.query.shape.length !== 3)
        return {
          problem: "rank",
          input: types.indexOf(mask),
          expected: [1],
          expectedText: "[time] of inputs [time, n]",
        };
    }
  const [mask] = call.given("attention_mask");
  if (mask === undefined) return undefined;
  const input = types.indexOf(mask);
  if (mask.dtype !== "bool") return { problem: "dtype", input, expected: ["bool"] };
  const ends = [...axes.map((axis) => main.query.shape[axis] ?? 1), ...axes.map((axis) => main.value.shape[axis] ?? 1)];
  const most = main.query.shape.length + axes.length;
  const rank = mask.shape.length;
  if (!isBatched(mask) || rank < ends.length + 1 || rank > most) {
    const expectedText = axes.length === 1 ? "[steps, time]" : "the axes of queries and keys";
    return { problem: "rank", input, expected: [ends.length], expectedText };
  }
  const at = ends.findIndex((size, i) => {
    const own = mask.shape[rank - ends.length + i] ?? 1;
    return own !== 1 && certainlyDiffer(size, own);
  });
  if (at < 0) return undefined;
  const axis = rank - ends.length + at;
  const why = "a mask has the steps of the query, and then those of the key";
  return { problem: "size", input, axis, expected: ends[at] ?? 1, actual: mask.shape[axis] ?? 1, why };
}

/** One of the learned products: the number of axes that it sums over, and those that it makes. */
export interface Projection {
  readonly name: string;
  readonly from: readonly Size[];
  readonly to: readonly Size[];
}

export function projectionWeights(projections: readonly Projection[], options: OptionRecord): readonly WeightDef[] {
  return projections.flatMap(({ name, from, to }): readonly WeightDef[] => {
    const kernel: WeightDef = {
      name: `${name}/kernel`,
      shape: [...from, ...to],
      initializer: use(options, "kernel_initializer"),
      trainable: true,
      fans: { input_axes: from.map((_, i) => i), output_axes: to.map((_, i) => i + from.length) },
    };
    if (!flag(options, "use_bias")) return [kernel];
    const initializer = use(options, "bias_initializer");
    return [kernel, { name: `${name}/bias`, shape: to, initializer, trainable: true }];
  });
}

/** Multiplies the last axes of a value, as many as the projection sums over, by its kernel, and adds its bias. */
export function project(g: Builder, x: Value, { name, from, to }: Projection, call: ExpandCall): Value {
  const kernel = call.weights[`${name}/kernel`];
  const bias = call.weights[`${name}/bias`];
  if (kernel === undefined) throw new CompilerBug(`attention without the kernel of its ${name}`);
  const whole = x.type.shape.slice(0, x.type.shape.length - from.length);
  // One matrix product, whatever the axes are.
  const flat = g.reshape(x, [...whole, product(from)]);
  const sums = g.reshape(g.dot(flat, g.reshape(kernel, [product(from), product(to)])), [...whole, ...to]);
  return bias === undefined ? sums : g.add(sums, bias);
}

/** Gives a mask of queries and keys axes of size 1 where the scores, with `rank` axes, have others. */
function alignedToScores(g: Builder, mask: Value, rank: number, own: number): Value {
  const { shape } = mask.type;
  const ones = new Array<number>(rank - shape.length).fill(1);
  return g.reshape(mask, shape.toSpliced(shape.length - own, 0, ...ones));
}

/** All that leaves scores out: the masks of the inputs, causality and the window. */
function scoresMask(g: Builder, call: ExpandCall, axes: readonly number[]): Value | undefined {
  const { query, value } = mainOf(call);
  const [axis = 1] = axes;
  const [batch = 1, steps = 1, time = 1] = [query.type.shape[0], query.type.shape[axis], value.type.shape[axis]];
  const rank = query.type.shape.length + axes.length;
  const [queryMask] = call.given("query_mask");
  const valueMask = call.given("value_mask")[0] ?? (call.given("value").length === 0 ? queryMask : undefined);
  const columns = [valueMask, ...call.given("key_mask")];
  const width = maybeNumber(call.options, "sliding_window");
  const [attentionMask] = call.given("attention_mask");
  return allHold(g, [
    queryMask === undefined ? undefined : g.reshape(queryMask, [batch, 1, steps, 1]),
    ...columns.map((mask) => (mask === undefined ? undefined : g.reshape(mask, [batch, 1, 1, time]))),
    attentionMask === undefined ? undefined : alignedToScores(g, attentionMask, rank, 2 * axes.length),
    flag(call.options, "use_causal_mask") ? causalMask(g, steps, time) : undefined,
    width === undefined ? undefined : windowMask(g, steps, time, width),
  ]);
}

/** Attention over projected heads, with the options of the call. */
export function attendAs(
  g: Builder,
  call: ExpandCall,
  heads: Pick<Heads, "query" | "key" | "value" | "axes" | "scale">,
): { readonly output: Value; readonly scores: Value } {
  const dropout = numberOf(call.options, "dropout");
  // Keras has two ways, which differ in rows whose scores are all left out.
  const plain = dropout === 0 && !flag(call.options, "return_attention_scores") && heads.query.type.shape.length === 4;
  const mask = scoresMask(g, call, heads.axes);
  return attend(g, { ...heads, mask, dropout, leftOut: plain ? "even" : "nothing" }, call);
}
