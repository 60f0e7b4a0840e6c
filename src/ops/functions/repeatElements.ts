import type { OptionRecord } from "../../ir/graph.ts";
import { multiplySizes, product } from "../../ir/size.ts";
import { type TensorType, tensor } from "../../ir/types.ts";
import { bad, type Checked, defineFunction, ok } from "../definition.ts";
import { movement, withInner } from "../moving.ts";
import { numbers } from "../options.ts";
import { axisProblem, axisWithin, innerShape } from "../shape.ts";

/** The value as `repeat` sees it: a row of all elements without `axis`; and the axis. */
function source(
  x: TensorType,
  options: OptionRecord,
): { readonly type: TensorType; readonly axis: number | undefined } {
  if (options.axis !== undefined) return { type: x, axis: axisWithin(Number(options.axis), x) };
  const type = withInner(x, [product(innerShape(x))]);
  return { type, axis: type.shape.length - 1 };
}

function repeatedType(x: TensorType, options: OptionRecord): Checked<TensorType> {
  const { type, axis } = source(x, options);
  if (axis === undefined) return bad(axisProblem("axis", Number(options.axis), x));
  const times = numbers(options, "repeats");
  const [size = 1, [only = 1, ...more]] = [type.shape[axis], times];
  if (more.length === 0) return ok({ dtype: x.dtype, shape: type.shape.with(axis, multiplySizes(size, only)) });
  if (typeof size === "number" && size !== times.length)
    return bad({ problem: "option", option: "repeats", message: `it must hold one number, or ${size}` });
  return ok({
    dtype: x.dtype,
    shape: type.shape.with(
      axis,
      times.reduce((sum, count) => sum + count, 0),
    ),
  });
}

export const repeatElements = defineFunction({
  ...movement(repeatedType, (g, x, to, options) => {
    const { type, axis = 0 } = source(x.type, options);
    const flat = g.reshape(x, type.shape);
    const times = numbers(options, "repeats");
    if (times.length > 1) {
      const from = times.flatMap((count, i) => Array.from({ length: count }, () => i));
      return g.gather(flat, g.constant(from, tensor("i32", from.length)), axis);
    }
    const pairs = type.shape.toSpliced(axis + 1, 0, times[0] ?? 1);
    const axes = type.shape.map((_, i) => (i > axis ? i + 1 : i));
    return g.reshape(g.broadcast(flat, pairs, axes), to.shape);
  }),
  name: "repeat_elements",
  aliases: ["repeat"],
  summary:
    "Repeats each element along an axis. Keras's name `repeat` is a word of the language: write it in back quotes.",
  options: {
    repeats: {
      type: { kind: "numbers", single: true, whole: true, min: 1 },
      required: true,
      doc: "How often; one number for all elements, or one for each place of the axis.",
    },
    axis: {
      type: { kind: "axis" },
      optional: true,
      default: undefined,
      doc: "The axis; by default the elements of a sample become one row.",
    },
  },
  positional: ["repeats", "axis"],
  examples: [
    { nn: "repeat_elements(2)", type: "f32[2, 3] -> f32[12]" },
    { nn: "repeat_elements([1, 2, 3], axis: 1)", type: "f32[3, 2] -> f32[6, 2]" },
  ],
  source: "https://keras.io/api/ops/numpy/#repeat-function",
});
