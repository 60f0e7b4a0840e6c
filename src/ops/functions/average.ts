import { CompilerBug } from "../../base/compilerBug.ts";
import type { OptionRecord } from "../../ir/graph.ts";
import type { Size } from "../../ir/size.ts";
import { sameShape, type TensorType } from "../../ir/types.ts";
import { bad, type Checked, defineFunction, ok } from "../definition.ts";
import { anyType, counted, countedValue } from "../elementwise.ts";
import { axesMissing, axesOption, chosenAxes, withoutAxes } from "../reducing.ts";
import { dtypeProblem, innerShape, isBatched } from "../shape.ts";

/** The shape in which weights stand beside x: its own, or that of the axis that they weigh. */
function beside(x: TensorType, weights: TensorType, axes: readonly number[]): readonly Size[] | undefined {
  const own = isBatched(x) ? innerShape(weights) : weights.shape;
  const batch = x.shape.slice(0, x.shape.length - innerShape(x).length);
  if (sameShape(own, innerShape(x))) return isBatched(weights) ? weights.shape : [...batch.map(() => 1), ...own];
  const [axis, more] = axes;
  if (axis === undefined || more !== undefined || isBatched(weights)) return undefined;
  return sameShape(own, [x.shape[axis] ?? 1]) ? x.shape.map((size, at) => (at === axis ? size : 1)) : undefined;
}

function averageType(inputs: readonly TensorType[], options: OptionRecord): Checked<TensorType> {
  const [x, weights] = inputs.map(counted);
  if (x === undefined) return bad({ problem: "inputs", expected: "one or two", actual: inputs.length });
  const type = dtypeProblem(inputs.map(counted), anyType);
  if (type !== undefined) return bad(type);
  const missing = axesMissing(x, options);
  if (missing !== undefined) return bad(missing);
  const axes = chosenAxes(x, options);
  if (weights !== undefined && beside(x, weights, axes) === undefined) return bad({ problem: "differ", input: 1 });
  return ok({ dtype: "f32", shape: withoutAxes(x.shape, axes, false) });
}

export const average = defineFunction({
  name: "average",
  summary: "The mean along axes, weighted if weights are given.",
  inputs: [
    { name: "x", shape: "[...]" },
    {
      name: "weights",
      shape: "[...] or [n]",
      optional: true,
      doc: "A weight for each element, or one for each place of the only axis.",
    },
  ],
  output: "[...]",
  options: { axis: axesOption("The axes to reduce") },
  positional: ["axis"],
  shape: averageType,
  expand(g, call) {
    const [x, weights] = call.inputs.map((value) => g.cast(countedValue(g, value), "f32"));
    if (x === undefined) throw new CompilerBug("average of nothing");
    const axes = chosenAxes(x.type, call.options);
    if (weights === undefined) return { output: g.mean(x, axes) };
    const shape = beside(x.type, weights.type, axes);
    if (shape === undefined) throw new CompilerBug("weights of another shape");
    const full = g.broadcastTo(g.reshape(weights, shape), x.type.shape);
    return { output: g.div(g.sum(g.mul(x, full), axes), g.sum(full, axes)) };
  },
  domain: [0.3, 2],
  examples: [
    { nn: "average", type: "f32[4, 3] -> f32[]" },
    { nn: "average(axis: 1)", type: "f32[4, 3], weights: one f32[4] -> f32[3]" },
  ],
  source: "https://keras.io/api/ops/numpy/#average-function",
});
