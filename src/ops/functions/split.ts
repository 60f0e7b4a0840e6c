import type { OptionRecord } from "../../ir/graph.ts";
import { floorDivide, type Size, subtractSizes } from "../../ir/size.ts";
import type { TensorType } from "../../ir/types.ts";
import { bad, defineFunction, ok } from "../definition.ts";
import { inputOf } from "../layer.ts";
import { part } from "../moving.ts";
import { integers, maybeNumber } from "../options.ts";
import { axisProblem, axisWithin, isBatched, known, tooManyResults } from "../shape.ts";

/** The axis to cut along: without an option the first one besides the batch. */
const wantedAxis = (x: TensorType, options: OptionRecord): number =>
  maybeNumber(options, "axis") ?? (isBatched(x) ? 1 : 0);
const cutAxis = (x: TensorType, options: OptionRecord): number | undefined => axisWithin(wantedAxis(x, options), x);

/** The sizes of the pieces in order. A size that is still open is taken to divide. */
function sizesOf(size: Size, options: OptionRecord): readonly Size[] {
  const { indices_or_sections: given } = options;
  if (typeof given === "number") return Array.from({ length: given }, () => floorDivide(size, given));
  const starts = [0, ...integers(options, "indices_or_sections")];
  return starts.map((start, i) => subtractSizes(starts[i + 1] ?? size, start));
}

/** Says why an axis of this size has no such pieces; undefined if it has. An open size is taken to have them. */
function misfit(size: Size, options: OptionRecord): string | undefined {
  const { indices_or_sections: given } = options;
  const tooMany = tooManyResults(
    typeof given === "number" ? given : 1 + integers(options, "indices_or_sections").length,
  );
  if (tooMany !== undefined) return tooMany;
  if (typeof size !== "number") return undefined;
  if (typeof given === "number")
    return size % given === 0 ? undefined : `${size} elements make no ${given} equal pieces`;
  const ascend = sizesOf(size, options).every((piece) => typeof piece === "number" && piece > 0);
  return ascend ? undefined : `the places must ascend between 0 and ${size}, the size of the axis`;
}

/** The types of all pieces in order. */
function pieces(x: TensorType, options: OptionRecord): readonly TensorType[] {
  const axis = cutAxis(x, options) ?? 0;
  return sizesOf(x.shape[axis] ?? 0, options).map((size) => ({ ...x, shape: x.shape.with(axis, size) }));
}

export const split = defineFunction({
  name: "split",
  summary: "Cuts a tensor along an axis into equal pieces, or at the given places: one result for each piece.",
  inputs: [{ name: "x", shape: "[..., n, ...]" }],
  output: "[..., m, ...], as many as there are pieces",
  options: {
    indices_or_sections: {
      type: { kind: "numbers", single: true, whole: true, min: 1 },
      required: true,
      doc: "The number of equal pieces, or the places where a new piece begins: `[2, 3]` makes three.",
    },
    axis: {
      type: { kind: "axis" },
      optional: true,
      default: undefined,
      doc: "The axis to cut along; without it the first one.",
    },
  },
  positional: ["indices_or_sections", "axis"],
  shape(inputs, options) {
    const [x] = inputs;
    if (x === undefined) return bad({ problem: "inputs", expected: "one", actual: 0 });
    const axis = cutAxis(x, options);
    if (axis === undefined) return bad(axisProblem("axis", wantedAxis(x, options), x));
    const message = misfit(x.shape[axis] ?? 0, options);
    if (message !== undefined) return bad({ problem: "option", option: "indices_or_sections", message });
    const [first = x] = pieces(x, options);
    return ok(first);
  },
  more: ([x], options) => (x === undefined ? [] : pieces(x, options).slice(1)),
  expand(g, call) {
    const x = inputOf(call);
    const axis = cutAxis(x.type, call.options) ?? 0;
    let start = 0;
    const results = pieces(x.type, call.options).map(({ shape }) => {
      const size = known(shape[axis]);
      start += size;
      return part(g, x, axis, start - size, size);
    });
    const [output = x, ...more] = results;
    return { output, more };
  },
  examples: [
    { nn: "split(2, -1)", type: "f32[3, 4] -> f32[3, 2], f32[3, 2]" },
    { nn: "split([1, 3])", type: "f32[4, 2] -> f32[1, 2], f32[2, 2], f32[1, 2]" },
  ],
  source: "https://keras.io/api/ops/numpy/#split-function",
});
