import { certainlyDiffer } from "../../ir/size.ts";
import type { TensorType } from "../../ir/types.ts";
import { bad, defineLayer, ok, type ShapeProblem } from "../definition.ts";
import { inputOf } from "../layer.ts";
import { passesMask } from "../mask.ts";
import { aligned } from "../merging.ts";
import { numbers } from "../options.ts";
import { andThen, axisPositions, axisProblem, axisWithin, innerShape, oneInput } from "../shape.ts";
import { sharesOver, softmaxOver } from "../softmax.ts";

/** The number in the place of elements that are left out, as in Keras. */
const LEFT_OUT = -1e9;

/** Says why a mask does not go with `x`: each of its axes is 1 or that of `x`. */
function misfit(x: TensorType, mask: TensorType): ShapeProblem | undefined {
  if (mask.dtype !== "bool") return { problem: "dtype", input: 1, expected: ["bool"] };
  const [inner, own] = [innerShape(x), innerShape(mask)];
  if (own.length !== inner.length)
    return { problem: "rank", input: 1, expected: [inner.length], expectedText: "as many axes as the input" };
  const axis = own.findIndex((size, i) => size !== 1 && certainlyDiffer(size, inner[i] ?? 1));
  if (axis < 0) return undefined;
  const sizes = { expected: inner[axis] ?? 1, actual: own[axis] ?? 1 };
  return { problem: "size", input: 1, axis: axis + 1, ...sizes, why: "an axis of a mask is 1 or that of the input" };
}

export const softmax = defineLayer({
  name: "Softmax",
  summary: "Turns values into exponentials that add up to 1 along one axis, or along several together.",
  range: () => [0, 1],
  inputs: [
    { name: "x", shape: "[...]" },
    {
      name: "mask",
      shape: "[...]",
      optional: true,
      maskOf: "x",
      doc: "bool, with the axes of x, or 1 in their place: the result is 0 where it is false.",
    },
  ],
  output: "[...]",
  options: { axis: { type: { kind: "axes" }, default: -1, doc: "The axes along which the results add up to 1." } },
  masks: passesMask,
  positional: ["axis"],
  predicts: (options, rank) => sharesOver(numbers(options, "axis"), rank),
  shape: ([input, mask], options) =>
    andThen(oneInput(input === undefined ? [] : [input], { atLeast: 1, text: "[..., n]" }), (x) => {
      const wrong = numbers(options, "axis").find((axis) => axisWithin(axis, x) === undefined);
      if (wrong !== undefined) return bad(axisProblem("axis", wrong, x));
      const problem = mask === undefined ? undefined : misfit(x, mask);
      return problem === undefined ? ok(x) : bad(problem);
    }),
  expand(g, call) {
    const x = inputOf(call);
    const axes = axisPositions(numbers(call.options, "axis"), x.type.shape.length);
    const [mask] = call.given("mask");
    if (mask === undefined) return { output: softmaxOver(g, x, axes) };
    const [, holds = mask] = aligned(g, [x, mask]);
    return { output: g.select(holds, softmaxOver(g, g.select(holds, x, LEFT_OUT), axes), 0) };
  },
  examples: [
    { nn: "Softmax()", type: "f32[4, 3] -> f32[4, 3]" },
    { nn: "Softmax()", type: "f32[4, 3], mask: bool[1, 3] -> f32[4, 3]" },
  ],
  source: "https://keras.io/api/layers/activation_layers/softmax/",
});
