import { bad, defineFunction, ok } from "../definition.ts";
import { countOf, fromStart, inputAt, rowsAt, rowsType, samplesOf } from "../indices.ts";
import { maybeNumber } from "../options.ts";
import { axisProblem, axisWithin, dtypeProblem, known, positionOf } from "../shape.ts";

export const take = defineFunction({
  name: "take",
  elsewhere: ["gather", "index_select"],
  summary:
    "The rows of x at indices (-1 is the last): each sample's own where x has samples. Beyond the ends it is the nearest.",
  inputs: [
    { name: "x", shape: "[..., n, ...]" },
    { name: "indices", shape: "[...]" },
  ],
  output: "[..., axes of the indices, ...]",
  options: {
    axis: {
      type: { kind: "axis" },
      optional: true,
      default: undefined,
      doc: "The axis of the rows. Without one, the elements of x (of a sample) are one row after another.",
    },
  },
  positional: ["axis"],
  shape(inputs, options) {
    const [x, indices] = inputs;
    if (x === undefined || indices === undefined || inputs.length !== 2)
      return bad({ problem: "inputs", expected: "two", actual: inputs.length });
    if (indices.dtype !== "i32") return bad({ problem: "dtype", input: 1, expected: ["i32"] });
    const wrong = dtypeProblem([x], ["f32", "i32", "bool"]);
    if (wrong !== undefined) return bad(wrong);
    const axis = maybeNumber(options, "axis");
    const { samples } = samplesOf(x);
    if (axis === undefined) return ok(rowsType({ dtype: x.dtype, shape: [...samples, 1] }, indices, samples.length));
    const position = axisWithin(axis, x);
    if (position === undefined) return bad(axisProblem("axis", axis, x));
    return ok(rowsType(x, indices, position));
  },
  expand(g, { inputs, options }) {
    const x = inputAt(inputs, 0);
    const axis = maybeNumber(options, "axis");
    const { samples, own } = samplesOf(x.type);
    const view = axis === undefined ? g.reshape(x, [...samples, countOf(own)]) : x;
    const position = axis === undefined ? samples.length : positionOf(axis, x.type.shape.length);
    const indices = fromStart(g, inputAt(inputs, 1), known(view.type.shape[position]));
    return { output: rowsAt(g, view, indices, position) };
  },
  examples: [
    { nn: "take(axis: 1)", type: "f32[5, 3], i32[2] -> f32[2, 3]" },
    { nn: "take()", type: "f32[2, 3], i32[4] -> f32[4]" },
    { nn: "take(axis: -1)", type: "f32[2, 4], i32[] -> f32[2]" },
  ],
  source: "https://keras.io/api/ops/numpy/#take-function",
});
