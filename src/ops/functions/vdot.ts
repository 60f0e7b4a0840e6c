import type { Builder, Value } from "../../ir/builder.ts";
import { product } from "../../ir/size.ts";
import type { TensorType } from "../../ir/types.ts";
import { defineFunction, ok } from "../definition.ts";
import { pairwise } from "../lettered.ts";
import { withInner } from "../moving.ts";
import { innerShape } from "../shape.ts";

const part = pairwise(() => ok({ operands: [["i"], ["i"]], output: [] }));
/** All elements of a sample as one row. */
const row = (x: TensorType): TensorType => withInner(x, [product(innerShape(x))]);
const asRow = (g: Builder, x: Value): Value => g.reshape(x, row(x.type).shape);

export const vdot = defineFunction({
  ...part,
  name: "vdot",
  summary: "The sum of products of all elements of a and b; each counts as one row.",
  output: "[]",
  options: {},
  positional: [],
  shape: (inputs, options) => part.shape(inputs.map(row), options),
  expand: (g, call) => part.expand(g, { ...call, inputs: call.inputs.map((x) => asRow(g, x)) }),
  examples: [{ nn: "vdot()", type: "f32[6], f32[2, 3] -> f32[]" }],
  source: "https://keras.io/api/ops/numpy/#vdot-function",
});
