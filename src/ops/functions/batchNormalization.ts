import { CompilerBug } from "../../base/compilerBug.ts";
import { sameSize } from "../../ir/size.ts";
import type { TensorType } from "../../ir/types.ts";
import { bad, type Checked, defineFunction, ok } from "../definition.ts";
import { counted, countedValue } from "../elementwise.ts";
import { numberOf, numberOption } from "../options.ts";
import { axisProblem, axisWithin, dtypeProblem, innerShape, isBatched, positionOf } from "../shape.ts";

function fits(inputs: readonly TensorType[], axis: number): Checked<TensorType> {
  const [x, ...rows] = inputs;
  if (x === undefined || rows.length < 2) return bad({ problem: "inputs", expected: "three", actual: inputs.length });
  const type = dtypeProblem(inputs, ["f32"]);
  if (type !== undefined) return bad(type);
  const position = axisWithin(axis, x);
  if (position === undefined) return bad(axisProblem("axis", axis, x));
  const expected = x.shape[position] ?? 1;
  for (const [i, row] of rows.entries()) {
    const [actual = 1, more] = innerShape(row);
    if (more !== undefined || innerShape(row).length !== 1 || (isBatched(row) && !isBatched(x)))
      return bad({ problem: "rank", input: i + 1, expected: [1], expectedText: "[n]" });
    if (!sameSize(actual, expected))
      return bad({ problem: "size", input: i + 1, axis: row.shape.length - 1, expected, actual, why: "the axis of x" });
  }
  return ok(x);
}

const row = (name: string, doc: string, optional = false) => ({
  name,
  shape: "[n]",
  doc,
  ...(optional ? { optional } : {}),
});

export const batchNormalization = defineFunction({
  name: "batch_normalization",
  summary: "x less a mean and divided by a deviation along an axis, then scaled and shifted.",
  inputs: [
    { name: "x", shape: "[..., n, ...]" },
    row("mean", "The mean of each place of the axis."),
    row("variance", "The variance of each."),
    row("offset", "A number to add for each.", true),
    row("scale", "A factor for each.", true),
  ],
  output: "[..., n, ...]",
  options: {
    axis: { type: { kind: "axis" }, required: true, doc: "The axis that the rows lie along, mostly that of channels." },
    epsilon: numberOption(1e-3, "Added to the variance.", { min: 0 }),
  },
  positional: ["axis"],
  domain: [0.3, 2],
  shape: (inputs, options) => fits(inputs.map(counted), numberOf(options, "axis")),
  expand(g, call) {
    const x = call.inputs[0] === undefined ? undefined : countedValue(g, call.inputs[0]);
    if (x === undefined) throw new CompilerBug("batch_normalization without its input");
    const axis = positionOf(numberOf(call.options, "axis"), x.type.shape.length);
    const along = (name: string) => {
      const [value] = call.given(name);
      if (value === undefined) return undefined;
      const batch = isBatched(value.type) ? 0 : -1;
      const shape = x.type.shape.map((size, i) => (i === axis || i === batch ? size : 1));
      return g.reshape(value, shape);
    };
    const [mean, variance, offset, scale] = ["mean", "variance", "offset", "scale"].map(along);
    if (mean === undefined || variance === undefined) throw new CompilerBug("batch_normalization without its rows");
    const inverse = g.map("rsqrt", g.add(variance, numberOf(call.options, "epsilon")));
    const factor = scale === undefined ? inverse : g.mul(inverse, scale);
    const centred = g.mul(g.sub(x, mean), factor);
    return { output: offset === undefined ? centred : g.add(centred, offset) };
  },
  examples: [
    { nn: "batch_normalization(-1)", type: "f32[4, 3], one f32[3], one f32[3] -> f32[4, 3]" },
    {
      nn: "batch_normalization(axis: 1)",
      type: "f32[4, 3], f32[4], f32[4], offset: one f32[4], scale: one f32[4] -> f32[4, 3]",
    },
  ],
  source: "https://keras.io/api/ops/nn/#batch_normalization-function",
});
