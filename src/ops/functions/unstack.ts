import type { OptionRecord } from "../../ir/graph.ts";
import type { TensorType } from "../../ir/types.ts";
import { bad, type Checked, defineFunction, ok } from "../definition.ts";
import { anyType, functionInput, functionValue } from "../elementwise.ts";
import { batchOf, openSize, part } from "../moving.ts";
import { maybeNumber } from "../options.ts";
import { accepted, andThen, axisProblem, axisWithin, tooManyResults } from "../shape.ts";

interface Cut {
  readonly axis: number;
  readonly count: number;
  readonly type: TensorType;
}

/** Where to cut: without an option along the first axis besides the batch. */
function cut(x: TensorType, options: OptionRecord): Checked<Cut> {
  const wanted = maybeNumber(options, "axis") ?? batchOf(x).length;
  const axis = axisWithin(wanted, x);
  if (axis === undefined) return bad(axisProblem("axis", wanted, x));
  const open = openSize(x);
  if (open !== undefined) return open;
  const count = Number(x.shape[axis]);
  const num = maybeNumber(options, "num") ?? count;
  if (num !== count) return bad({ problem: "option", option: "num", message: `the axis has ${count} places` });
  const message = tooManyResults(count);
  if (message !== undefined) return bad({ problem: "option", option: "axis", message });
  return ok({ axis, count, type: { ...x, shape: x.shape.toSpliced(axis, 1) } });
}

export const unstack = defineFunction({
  name: "unstack",
  summary: "Takes a tensor apart along an axis, which goes: one result for each place.",
  inputs: [{ name: "x", shape: "[..., n, ...]" }],
  output: "[...], n times",
  options: {
    num: {
      type: { kind: "int", min: 1 },
      optional: true,
      default: undefined,
      doc: "The number of places of the axis, as a check.",
    },
    axis: {
      type: { kind: "axis" },
      optional: true,
      default: undefined,
      doc: "The axis; without it the first one.",
    },
  },
  positional: ["num", "axis"],
  shape: (inputs, options) =>
    andThen(functionInput(inputs, anyType), (x) => andThen(cut(x, options), ({ type }) => ok(type))),
  more: (inputs, options) => {
    const found = andThen(functionInput(inputs, anyType), (x) => cut(x, options));
    return "bad" in found ? [] : Array.from({ length: found.ok.count - 1 }, () => found.ok.type);
  },
  expand(g, call) {
    const x = functionValue(g, call);
    const { axis, count, type } = accepted(cut(x.type, call.options));
    const at = (i: number) => g.reshape(part(g, x, axis, i, 1), type.shape);
    return { output: at(0), more: Array.from({ length: count - 1 }, (_, i) => at(i + 1)) };
  },
  examples: [
    { nn: "unstack", type: "f32[2, 3] -> f32[3], f32[3]" },
    { nn: "unstack(axis: -1)", type: "i32[2, 3] -> i32[2], i32[2], i32[2]" },
  ],
  source: "https://keras.io/api/ops/core/#unstack-function",
});
