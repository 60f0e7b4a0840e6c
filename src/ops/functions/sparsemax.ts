import type { Builder, Value } from "../../ir/builder.ts";
import { bad, defineFunction, ok } from "../definition.ts";
import { functionInput, functionValue } from "../elementwise.ts";
import { axisOption, numberOf } from "../options.ts";
import { andThen, axisPosition, axisProblem, axisWithin } from "../shape.ts";

/**
 * An element is in the support if 1 + k z exceeds the sum of the k elements that are at least as large: with all pairs
 * compared nothing is sorted.
 */
function support(g: Builder, z: Value, axis: number): Value {
  const shape = z.type.shape.toSpliced(axis + 1, 0, z.type.shape[axis] ?? 1);
  const axes = z.type.shape.map((_, i) => (i > axis ? i + 1 : i));
  const own = g.broadcast(z, shape, axes);
  const other = g.broadcast(
    z,
    shape,
    axes.map((at) => (at === axis ? axis + 1 : at)),
  );
  const larger = g.map("ge", other, own);
  const count = g.sum(g.cast(larger, "f32"), [axis + 1]);
  const sum = g.sum(g.select(larger, other, 0), [axis + 1]);
  return g.map("gt", g.add(g.mul(count, z), 1), sum);
}

export const sparsemax = defineFunction({
  name: "sparsemax",
  summary: "The point of the simplex next to x: probabilities of classes, many of them 0. It compares all pairs.",
  inputs: [{ name: "x", shape: "[..., n]" }],
  output: "[..., n]",
  activation: true,
  options: { axis: axisOption(-1, "The axis along which the results add up to 1.") },
  positional: ["axis"],
  shape: (inputs, options) =>
    andThen(functionInput(inputs), (x) => {
      const axis = numberOf(options, "axis");
      return axisWithin(axis, x) === undefined ? bad(axisProblem("axis", axis, x.shape.length)) : ok(x);
    }),
  expand(g, call) {
    const z = functionValue(g, call);
    const axis = axisPosition(numberOf(call.options, "axis"), z.type.shape.length) ?? 0;
    const within = support(g, g.map("stop_gradient", z), axis);
    const count = g.sum(g.cast(within, "f32"), [axis], true);
    const threshold = g.div(g.sub(g.sum(g.select(within, z, 0), [axis], true), 1), count);
    return { output: g.map("relu", g.sub(z, threshold)) };
  },
  examples: [
    { nn: "sparsemax", type: "f32[4, 3] -> f32[4, 3]" },
    { nn: "sparsemax(axis: 1)", type: "f32[4, 3] -> f32[4, 3]" },
  ],
  source: "Martins, Astudillo 2016, eq. 4",
});
