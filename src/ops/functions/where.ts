import { CompilerBug } from "../../base/compilerBug.ts";
import type { TensorType } from "../../ir/types.ts";
import { bad, type Checked, defineFunction, ok } from "../definition.ts";
import { anyType, counted, countedValue } from "../elementwise.ts";
import { aligned, mergedShape } from "../merging.ts";
import { andThen, dtypeProblem } from "../shape.ts";

function chosenType(inputs: readonly TensorType[]): Checked<TensorType> {
  const [condition, yes, no] = inputs.map(counted);
  if (condition === undefined || yes === undefined || no === undefined || inputs.length !== 3)
    return bad({ problem: "inputs", expected: "three", actual: inputs.length });
  const type = dtypeProblem([condition, yes, no], anyType) ?? dtypeProblem([yes, yes, no], [yes.dtype]);
  if (type !== undefined) return bad(type);
  return andThen(mergedShape([condition, yes, no]), (shape) => ok({ dtype: yes.dtype, shape }));
}

export const where = defineFunction({
  name: "where",
  summary: "a where the condition holds, b elsewhere. The shapes broadcast.",
  inputs: [
    { name: "condition", shape: "[...]", doc: "Numbers other than 0 count as true." },
    { name: "a", shape: "[...]" },
    { name: "b", shape: "[...]", doc: "Of the element type of `a`." },
  ],
  output: "[...]",
  options: {},
  positional: [],
  shape: chosenType,
  expand(g, call) {
    const [condition, a, b] = aligned(
      g,
      call.inputs.map((x) => countedValue(g, x)),
    );
    if (condition === undefined || a === undefined || b === undefined)
      throw new CompilerBug("where needs three inputs");
    return { output: g.select(g.cast(condition, "bool"), a, b) };
  },
  examples: [{ nn: "where()", type: "bool[4, 3], f32[4, 1], f32[3] -> f32[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#where-function",
});
