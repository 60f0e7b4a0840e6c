import type { Builder, Value } from "../../ir/builder.ts";
import { product } from "../../ir/size.ts";
import type { TensorType } from "../../ir/types.ts";
import { defineFunction, ok } from "../definition.ts";
import { pairwise } from "../lettered.ts";
import { withInner } from "../moving.ts";
import { innerShape } from "../shape.ts";

const part = pairwise(() => ok({ operands: [["i"], ["j"]], output: ["i", "j"] }));
/** All elements of a sample as one row. */
const row = (x: TensorType): TensorType => withInner(x, [product(innerShape(x))]);
const asRow = (g: Builder, x: Value): Value => g.reshape(x, row(x.type).shape);

export const outer = defineFunction({
  ...part,
  name: "outer",
  summary: "All products of an element of a and one of b; each counts as one row.",
  output: "[elements of a, elements of b]",
  options: {},
  positional: [],
  shape: (inputs, options) => part.shape(inputs.map(row), options),
  expand: (g, call) => part.expand(g, { ...call, inputs: call.inputs.map((x) => asRow(g, x)) }),
  examples: [{ nn: "outer()", type: "f32[4], f32[2, 3] -> f32[4, 6]" }],
  source: "https://keras.io/api/ops/numpy/#outer-function",
});
