import type { OptionRecord } from "../../ir/graph.ts";
import type { TensorType } from "../../ir/types.ts";
import { bad, type Checked, defineFunction, ok } from "../definition.ts";
import { anyType, counted, countedValue } from "../elementwise.ts";
import { aligned, mergedShape } from "../merging.ts";
import { fractionBeside, numberOf, numberOption } from "../options.ts";
import { accepted, andThen, dtypeProblem } from "../shape.ts";

function chosenType(inputs: readonly TensorType[], options: OptionRecord): Checked<TensorType> {
  const types = inputs.map(counted);
  const half = types.length / 2;
  if (half < 1 || !Number.isInteger(half))
    return bad({ problem: "inputs", expected: "an even number of", actual: inputs.length });
  const dtype = types[half]?.dtype ?? "f32";
  const type =
    dtypeProblem(types, anyType) ??
    dtypeProblem(
      types.map((x, i) => (i < half ? { ...x, dtype } : x)),
      [dtype],
    );
  if (type !== undefined) return bad(type);
  const fraction = fractionBeside(dtype, options, ["default"]);
  if (fraction !== undefined) return bad(fraction);
  return andThen(mergedShape(types), (shape) => ok({ dtype, shape }));
}

export const select = defineFunction({
  name: "select",
  summary: "The choice whose condition is the first that holds: `select([c1, c2], [x1, x2], default: 0)`.",
  inputs: [{ name: "xs...", shape: "[...]", doc: "First all conditions, then as many choices." }],
  variadic: true,
  output: "[...]",
  options: { default: numberOption(0, "The result where no condition holds.") },
  positional: ["default"],
  shape: chosenType,
  expand(g, call) {
    const values = aligned(
      g,
      call.inputs.map((x) => countedValue(g, x)),
    );
    const half = values.length / 2;
    const shape = accepted(mergedShape(values.map(({ type }) => type)));
    const [first] = values.slice(half);
    const dtype = first?.type.dtype ?? "f32";
    const start = g.constant(numberOf(call.options, "default"), { dtype, shape });
    const output = values
      .slice(0, half)
      .reduceRight((rest, condition, i) => g.select(g.cast(condition, "bool"), values[half + i] ?? rest, rest), start);
    return { output };
  },
  examples: [
    { nn: "select()", type: "bool[4, 3], bool[3], f32[4, 3], f32[3] -> f32[4, 3]" },
    { nn: "select(default: 2)", type: "bool[3], f32[3] -> f32[3]" },
  ],
  source: "https://keras.io/api/ops/numpy/#select-function",
});
