// The place of the largest or smallest element along an axis, for the functions `argmax` and `argmin`.

import type { Builder } from "../ir/builder.ts";
import type { OptionRecord } from "../ir/graph.ts";
import type { TensorType } from "../ir/types.ts";
import { bad, type Checked, type ExpandCall, type Expanded, type OptionDef, ok } from "./definition.ts";
import { countOf, inputAt, samplesOf } from "./indices.ts";
import { flag, flagOption, maybeNumber } from "./options.ts";
import { accepted, axisProblem, axisWithin, dtypeProblem, positionOf } from "./shape.ts";

const options = {
  axis: {
    type: { kind: "axis" },
    optional: true,
    default: undefined,
    doc: "The axis along which to look. Without one, all elements (of a sample) count in row-major order.",
  },
  keepdims: flagOption(false, "Whether the axis stays, with size 1."),
} as const satisfies Readonly<Record<string, OptionDef>>;

function placeType(inputs: readonly TensorType[], given: OptionRecord): Checked<TensorType> {
  const [x] = inputs;
  if (x === undefined || inputs.length !== 1) return bad({ problem: "inputs", expected: "one", actual: inputs.length });
  const wrong = dtypeProblem(inputs, ["f32", "i32"]);
  if (wrong !== undefined) return bad(wrong);
  const { samples, own } = samplesOf(x);
  const keep = flag(given, "keepdims");
  const axis = maybeNumber(given, "axis");
  if (axis === undefined) return ok({ dtype: "i32", shape: [...samples, ...(keep ? own.map(() => 1) : [])] });
  const position = axisWithin(axis, x);
  if (position === undefined) return bad(axisProblem("axis", axis, x));
  return ok({ dtype: "i32", shape: x.shape.toSpliced(position, 1, ...(keep ? [1] : [])) });
}

function place(op: "max" | "min", g: Builder, call: ExpandCall): Expanded {
  const x = inputAt(call.inputs, 0);
  const axis = maybeNumber(call.options, "axis");
  const { samples, own } = samplesOf(x.type);
  const view = axis === undefined ? g.reshape(x, [...samples, countOf(own)]) : x;
  const position = axis === undefined ? samples.length : positionOf(axis, x.type.shape.length);
  const found = g.argReduce(op, g.cast(view, "f32"), position);
  return { output: g.reshape(found, accepted(placeType([x.type], call.options)).shape) };
}

/** The shared part of `argmax` and `argmin`. */
export const placeOf = (op: "max" | "min") => ({
  inputs: [{ name: "x", shape: "[..., n, ...]" }],
  output: "[..., ...]",
  options,
  positional: ["axis"],
  ownNumbers: [0],
  shape: placeType,
  expand: (g: Builder, call: ExpandCall): Expanded => place(op, g, call),
});
