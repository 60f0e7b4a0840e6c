import type { OptionRecord } from "../../ir/graph.ts";
import { addSizes } from "../../ir/size.ts";
import type { TensorType } from "../../ir/types.ts";
import { bad, type Checked, defineFunction, ok } from "../definition.ts";
import { batchOf, mirrored, movement } from "../moving.ts";
import { fractionBeside, integers, maybeNumber, textOf } from "../options.ts";
import { innerShape } from "../shape.ts";

interface Amounts {
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/** The amounts for each axis, none for the batch. One pair is for all axes of a sample. */
function amounts(x: TensorType, options: OptionRecord): Amounts {
  const flat = integers(options, "pad_width");
  const axes = innerShape(x).map((_, i) => i);
  const of = (side: number): readonly number[] =>
    axes.map((i) => (flat.length === 2 ? flat[side] : flat[2 * i + side]) ?? 0);
  const batch = batchOf(x).map(() => 0);
  return { before: [...batch, ...of(0)], after: [...batch, ...of(1)] };
}

/** How many elements fewer than the axis has can be mirrored. */
const border = (options: OptionRecord): number => (textOf(options, "mode") === "reflect" ? 1 : 0);

function paddedType(x: TensorType, options: OptionRecord): Checked<TensorType> {
  const flat = integers(options, "pad_width");
  if (flat.length !== 2 && flat.length !== 2 * innerShape(x).length)
    return bad({
      problem: "option",
      option: "pad_width",
      message: "it must hold one pair, or one for each axis of a sample",
    });
  const { before, after } = amounts(x, options);
  const fraction = fractionBeside(x.dtype, options, ["constant_values"]);
  if (fraction !== undefined) return bad(fraction);
  const mirrors = textOf(options, "mode") !== "constant";
  if (mirrors && maybeNumber(options, "constant_values") !== undefined)
    return bad({ problem: "option", option: "constant_values", message: "only the mode `constant` takes it" });
  const short = x.shape.some(
    (size, axis) => typeof size === "number" && Math.max(before[axis] ?? 0, after[axis] ?? 0) > size - border(options),
  );
  if (mirrors && short)
    return bad({ problem: "option", option: "pad_width", message: "an axis has fewer elements to mirror" });
  return ok({ dtype: x.dtype, shape: x.shape.map((size, i) => addSizes(size, (before[i] ?? 0) + (after[i] ?? 0))) });
}

export const pad = defineFunction({
  ...movement(paddedType, (g, x, _, options) => {
    const { before, after } = amounts(x.type, options);
    if (textOf(options, "mode") === "constant")
      return g.pad(x, before, after, maybeNumber(options, "constant_values") ?? 0);
    return before.reduce((value, count, axis) => mirrored(g, value, axis, count, after[axis] ?? 0, border(options)), x);
  }),
  name: "pad",
  summary: "Adds elements before and after along the axes of a sample.",
  options: {
    pad_width: {
      type: { kind: "padding" },
      required: true,
      doc: "How many elements before and after: `1` or `[1, 2]` for all axes of a sample, `[[1, 0], [2, 1]]` for each.",
    },
    mode: {
      type: { kind: "choice", values: ["constant", "reflect", "symmetric"] },
      default: "constant",
      doc: "A number, or the elements at the end mirrored: without the last (`reflect`), or with it (`symmetric`).",
    },
    constant_values: {
      type: { kind: "float" },
      optional: true,
      default: undefined,
      doc: "The number for `constant`, by default 0.",
    },
  },
  positional: ["pad_width", "mode", "constant_values"],
  examples: [
    { nn: "pad(1, constant_values: 2)", type: "f32[2, 3] -> f32[4, 5]" },
    { nn: "pad([[1, 0], [2, 1]], mode: reflect)", type: "f32[2, 3] -> f32[3, 6]" },
    { nn: "pad(2, mode: symmetric)", type: "i32[3] -> i32[7]" },
  ],
  source: "https://keras.io/api/ops/numpy/#pad-function",
});
