import type { Value } from "../../ir/builder.ts";
import { sameShape } from "../../ir/types.ts";
import { bad, defineFunction, ok } from "../definition.ts";
import { inputAt, samplesOf } from "../indices.ts";
import { part } from "../moving.ts";
import { integers } from "../options.ts";
import { isBatched } from "../shape.ts";

export const scatter = defineFunction({
  name: "scatter",
  summary: "Adds values to zeros, each at its indices along the first k axes. A place that does not exist gets none.",
  inputs: [
    { name: "indices", shape: "[..., k]" },
    { name: "values", shape: "[..., rest of the shape]" },
  ],
  output: "[shape]",
  options: { shape: { type: { kind: "shape" }, required: true, doc: "The shape of the result (of a sample)." } },
  positional: ["shape"],
  shape([indices, values], options) {
    if (indices === undefined || values === undefined) return bad({ problem: "inputs", expected: "two", actual: 1 });
    if (indices.dtype !== "i32") return bad({ problem: "dtype", input: 0, expected: ["i32"] });
    if (values.dtype !== "f32") return bad({ problem: "dtype", input: 1, expected: ["f32"] });
    const to = integers(options, "shape");
    if (to.some((size) => size < 1))
      return bad({ problem: "option", option: "shape", message: "every size must be known" });
    const { samples, own } = samplesOf(indices);
    const k = own.at(-1);
    if (typeof k !== "number") return bad({ problem: "rank", input: 0, expected: [1], expectedText: "[..., k]" });
    if (k > to.length)
      return bad({ problem: "option", option: "shape", message: `indices of ${k} numbers need as many axes` });
    if (
      isBatched(indices) !== isBatched(values) ||
      !sameShape(samplesOf(values).own, [...own.slice(0, -1), ...to.slice(k)])
    )
      return bad({ problem: "differ", input: 1 });
    return ok({ dtype: "f32", shape: [...samples, ...to] });
  },
  expand(g, { inputs, options }) {
    const [indices, values] = [inputAt(inputs, 0), inputAt(inputs, 1)];
    const to = integers(options, "shape");
    const { samples, own } = samplesOf(indices.type);
    const k = Number(own.at(-1));
    const { shape } = indices.type;
    const rank = shape.length;
    const at = (i: number): Value => g.reshape(part(g, indices, rank - 1, i, 1), shape.slice(0, -1));
    const type = { dtype: "i32", shape: shape.slice(0, -1) } as const;
    let place = g.constant(0, type);
    let inside = g.map("eq", place, 0);
    for (const [i, size] of to.slice(0, k).entries()) {
      const index = at(i);
      inside = g.map("and", inside, g.map("and", g.map("ge", index, 0), g.map("lt", index, size)));
      place = g.add(g.mul(place, size), index);
    }
    const axes = type.shape.map((_, axis) => axis);
    const kept = g.select(g.broadcast(inside, values.type.shape, axes), values, 0);
    const rows = to.slice(0, k).reduce((count, size) => count * size, 1);
    const flat = [...samples, rows, ...to.slice(k)];
    const added = g.scatterAdd(flat, place, kept, samples.length, samples.length);
    return { output: g.reshape(added, [...samples, ...to]) };
  },
  examples: [
    { nn: "scatter([4, 2])", type: "i32[3, 1], f32[3, 2] -> f32[4, 2]" },
    { nn: "scatter([2, 3])", type: "i32[4, 2], f32[4] -> f32[2, 3]" },
  ],
  source: "https://keras.io/api/ops/core/#scatter-function",
});
