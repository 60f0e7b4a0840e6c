import type { Builder, Value } from "../../ir/builder.ts";
import { bad, defineFunction, ok } from "../definition.ts";
import { functionInput, functionValue } from "../elementwise.ts";
import { axisOption, numberOf } from "../options.ts";
import { andThen, axisProblem, axisWithin, positionOf } from "../shape.ts";

/**
 * The sum of all elements that come before each one or are it, in descending order, and their number. All pairs are
 * compared, so nothing is sorted; among equals the first comes first.
 */
function running(g: Builder, z: Value, axis: number): { readonly sum: Value; readonly count: Value } {
  const shape = z.type.shape.toSpliced(axis + 1, 0, z.type.shape[axis] ?? 1);
  const axes = z.type.shape.map((_, i) => (i > axis ? i + 1 : i));
  const own = g.broadcast(z, shape, axes);
  const other = g.broadcast(
    z,
    shape,
    axes.map((at) => (at === axis ? axis + 1 : at)),
  );
  const place = (along: number): Value => g.iota({ dtype: "i32", shape }, along);
  const earlier = g.map("and", g.map("eq", other, own), g.map("le", place(axis + 1), place(axis)));
  const before = g.map("or", g.map("gt", other, own), earlier);
  return {
    sum: g.sum(g.select(before, other, 0), [axis + 1]),
    count: g.sum(g.cast(before, "f32"), [axis + 1]),
  };
}

export const sparsemax = defineFunction({
  name: "sparsemax",
  summary:
    "Shares of classes, many of them 0. As Keras, it adds up all running sums of the support; the paper takes the last.",
  range: () => [0, 1],
  inputs: [{ name: "x", shape: "[..., n]" }],
  output: "[..., n]",
  activation: true,
  options: { axis: axisOption(-1, "The axis of the classes.") },
  positional: ["axis"],
  shape: (inputs, options) =>
    andThen(functionInput(inputs), (x) => {
      const axis = numberOf(options, "axis");
      return axisWithin(axis, x) === undefined ? bad(axisProblem("axis", axis, x)) : ok(x);
    }),
  expand(g, call) {
    const z = functionValue(g, call);
    const axis = positionOf(numberOf(call.options, "axis"), z.type.shape.length);
    const { sum, count } = running(g, z, axis);
    const within = g.map("gt", g.sub(z, g.div(g.sub(sum, 1), count)), 0);
    const size = g.sum(g.cast(within, "f32"), [axis], true);
    // The paper takes the last of these sums alone.
    const threshold = g.div(g.sub(g.sum(g.select(within, sum, 0), [axis], true), 1), size);
    return { output: g.map("max", g.sub(z, threshold), 0) };
  },
  examples: [
    { nn: "sparsemax", type: "f32[4, 3] -> f32[4, 3]" },
    { nn: "sparsemax(axis: 1)", type: "f32[4, 3] -> f32[4, 3]" },
  ],
  source: "https://keras.io/api/layers/activations/#sparsemax-function",
});
