import type { OptionRecord } from "../../ir/graph.ts";
import type { TensorType } from "../../ir/types.ts";
import { bad, type Checked, defineFunction, ok } from "../definition.ts";
import { type Lettering, lettersOf, pairwise } from "../lettered.ts";
import { numbers } from "../options.ts";
import { innerShape } from "../shape.ts";

const wrong = (message: string): Checked<never> => bad({ problem: "option", option: "axes", message });

/** The axes to sum over, for each side, as positions in one sample. */
function summedAxes(
  a: TensorType,
  b: TensorType,
  options: OptionRecord,
): Checked<readonly [readonly number[], readonly number[]]> {
  const [left, right] = [innerShape(a).length, innerShape(b).length];
  const given = numbers(options, "axes");
  if (typeof options.axes === "number") {
    const [count = 0] = given;
    if (count < 0 || count > Math.min(left, right)) return wrong("a value has fewer axes");
    return ok([Array.from({ length: count }, (_, i) => left - count + i), Array.from({ length: count }, (_, i) => i)]);
  }
  if (given.length % 2 !== 0) return wrong("it must hold as many axes of b as of a");
  const half = given.length / 2;
  const position = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis - 1);
  const [own, other] = [
    given.slice(0, half).map((axis) => position(axis, left)),
    given.slice(half).map((axis) => position(axis, right)),
  ];
  const missing = own.some((axis) => axis < 0 || axis >= left) || other.some((axis) => axis < 0 || axis >= right);
  if (missing) return wrong("it names an axis that its value lacks; axes count from 1");
  if (new Set(own).size < half || new Set(other).size < half) return wrong("it names one axis twice");
  return ok([own, other]);
}

function lettering(a: TensorType, b: TensorType, options: OptionRecord): Checked<Lettering> {
  const axes = summedAxes(a, b, options);
  if ("bad" in axes) return axes;
  const [own, other] = axes.ok;
  const name = (side: string, rank: number, summed: readonly number[]): readonly string[] =>
    lettersOf(side, rank).map((letter, axis) => (summed.includes(axis) ? `k${summed.indexOf(axis)}` : letter));
  const operands = [name("a", innerShape(a).length, own), name("b", innerShape(b).length, other)];
  return ok({ operands, output: operands.flat().filter((letter) => !letter.startsWith("k")) });
}

export const tensordot = defineFunction({
  ...pairwise(lettering),
  name: "tensordot",
  summary: "The sum of products over some axes of a and b; then come the other axes of a, and those of b.",
  options: {
    axes: {
      type: { kind: "numbers", single: true, whole: true, nested: true },
      default: 2,
      doc: "How many of the last axes of a meet the first of b; or the axes of a sample of each, `[[1, 2], [2, 1]]`.",
    },
  },
  positional: ["axes"],
  examples: [
    { nn: "tensordot(axes: 1)", type: "f32[4, 3], one f32[3, 2] -> f32[4, 2]" },
    { nn: "tensordot(axes: [[1, 2], [2, 1]])", type: "f32[4, 3], f32[3, 4, 2] -> f32[2]" },
  ],
  source: "https://keras.io/api/ops/numpy/#tensordot-function",
});
