import { CompilerBug } from "../../base/compilerBug.ts";
import type { OptionRecord } from "../../ir/graph.ts";
import type { Size } from "../../ir/size.ts";
import type { TensorType } from "../../ir/types.ts";
import { bad, type Checked, defineFunction, ok } from "../definition.ts";
import { anyType, counted, countedValue } from "../elementwise.ts";
import { inputAt } from "../indices.ts";
import { batchOf, withInner } from "../moving.ts";
import { textOf } from "../options.ts";
import { accepted, andThen, dtypeProblem, innerShape, isBatched } from "../shape.ts";

/** The axis of the grid along which each input runs: with `xy` the first two are swapped. */
const axisOf = (input: number, count: number, options: OptionRecord): number =>
  textOf(options, "indexing") === "xy" && count > 1 && input < 2 ? 1 - input : input;

type Some<T> = readonly [T, ...T[]];

function grids(inputs: readonly TensorType[], options: OptionRecord): Checked<Some<TensorType>> {
  const types = inputs.map(counted);
  const [first, ...more] = types;
  if (first === undefined) return bad({ problem: "inputs", expected: "one or more", actual: 0 });
  const type = dtypeProblem(types, anyType);
  if (type !== undefined) return bad(type);
  const long = types.findIndex((x) => innerShape(x).length > 1);
  if (long >= 0) return bad({ problem: "rank", input: long, expected: [1], expectedText: "[n]" });
  const batched = types.find(isBatched);
  const sizes: Size[] = types.map(() => 1);
  for (const [i, x] of types.entries()) sizes[axisOf(i, types.length, options)] = innerShape(x)[0] ?? 1;
  const grid = ({ dtype }: TensorType): TensorType => ({ ...withInner(batched ?? first, sizes), dtype });
  return ok([grid(first), ...more.map(grid)]);
}

export const meshgrid = defineFunction({
  name: "meshgrid",
  summary: "The coordinates of a grid: one result for each row of numbers, repeated along the axes of the others.",
  inputs: [{ name: "xs...", shape: "[n]" }],
  variadic: true,
  output: "[n1, n2, ...], as many as there are rows",
  options: {
    indexing: {
      type: { kind: "choice", values: ["xy", "ij"] },
      default: "xy",
      doc: "`ij`: the first row runs along the first axis; `xy`: along the second, as on paper.",
    },
  },
  positional: [],
  shape(inputs, options) {
    return andThen(grids(inputs, options), ([first]) => ok(first));
  },
  more(inputs, options) {
    const all = grids(inputs, options);
    return "ok" in all ? all.ok.slice(1) : [];
  },
  expand(g, call) {
    const types = accepted(
      grids(
        call.inputs.map(({ type }) => type),
        call.options,
      ),
    );
    const [output, ...more] = types.map((type, i) => {
      const x = countedValue(g, inputAt(call.inputs, i));
      const to = type.shape;
      const lead = batchOf(type).length;
      const axis = lead + axisOf(i, call.inputs.length, call.options);
      const shape = to.map((size, at) => (at === axis ? size : at < lead && isBatched(x.type) ? size : 1));
      return g.broadcastTo(g.reshape(x, shape), to);
    });
    if (output === undefined) throw new CompilerBug("a grid of nothing");
    return { output, more };
  },
  examples: [
    { nn: "meshgrid()", type: "f32[3], f32[2] -> f32[2, 3], f32[2, 3]" },
    { nn: "meshgrid(indexing: ij)", type: "f32[3], one f32[2] -> f32[3, 2], f32[3, 2]" },
  ],
  source: "https://keras.io/api/ops/numpy/#meshgrid-function",
});
