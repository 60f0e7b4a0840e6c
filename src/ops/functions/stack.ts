import { CompilerBug } from "../../base/compilerBug.ts";
import type { OptionRecord } from "../../ir/graph.ts";
import type { TensorType } from "../../ir/types.ts";
import { sameShape } from "../../ir/types.ts";
import { bad, type Checked, defineFunction, ok } from "../definition.ts";
import { anyType, counted, countedValue } from "../elementwise.ts";
import { aligned, mergedShape } from "../merging.ts";
import { numberOf } from "../options.ts";
import { accepted, andThen, axisPosition, axisProblem, dtypeProblem, innerShape, isBatched } from "../shape.ts";

/** The place of the new axis in the result; by default the first after the batch. */
function place(type: TensorType, options: OptionRecord): number | undefined {
  const first = isBatched(type) ? 1 : 0;
  if (options.axis === undefined) return first;
  const found = axisPosition(numberOf(options, "axis"), type.shape.length + 1);
  return found !== undefined && found >= first ? found : undefined;
}

/** The type that all inputs have, with the batch if one of them has. */
function common(inputs: readonly TensorType[]): Checked<TensorType> {
  const [first, ...rest] = inputs.map(counted);
  if (first === undefined) return bad({ problem: "inputs", expected: "one or more", actual: 0 });
  const type = dtypeProblem([first, ...rest], anyType) ?? dtypeProblem([first, ...rest], [first.dtype]);
  if (type !== undefined) return bad(type);
  const other = rest.findIndex((x) => !sameShape(innerShape(x), innerShape(first)));
  if (other >= 0) return bad({ problem: "differ", input: other + 1 });
  return andThen(mergedShape([first, ...rest]), (shape) => ok({ dtype: first.dtype, shape }));
}

export const stack = defineFunction({
  name: "stack",
  summary: "Joins tensors of one shape along a new axis: `stack([a, b])`.",
  inputs: [{ name: "xs...", shape: "[...]" }],
  variadic: true,
  output: "[..., count, ...]",
  options: {
    axis: {
      type: { kind: "axis" },
      optional: true,
      default: undefined,
      doc: "The place of the new axis in the result; by default the first after the batch.",
    },
  },
  positional: ["axis"],
  shape(inputs, options) {
    const type = common(inputs);
    if ("bad" in type) return type;
    const axis = place(type.ok, options);
    if (axis === undefined) return bad(axisProblem("axis", numberOf(options, "axis"), type.ok, 1));
    return ok({ dtype: type.ok.dtype, shape: type.ok.shape.toSpliced(axis, 0, inputs.length) });
  },
  expand(g, call) {
    const values = aligned(
      g,
      call.inputs.map((x) => countedValue(g, x)),
    );
    const whole = accepted(mergedShape(values.map(({ type }) => type)));
    const axis = place({ dtype: "f32", shape: whole }, call.options);
    if (axis === undefined) throw new CompilerBug("stack at an axis that is not there");
    const parts = values.map((x) => g.reshape(g.broadcastTo(x, whole), whole.toSpliced(axis, 0, 1)));
    return { output: g.concat(parts, axis) };
  },
  examples: [
    { nn: "stack()", type: "f32[4, 3], f32[4, 3] -> f32[2, 4, 3]" },
    { nn: "stack(axis: -1)", type: "f32[4], one f32[4], f32[4] -> f32[4, 3]" },
  ],
  source: "https://keras.io/api/ops/numpy/#stack-function",
});
