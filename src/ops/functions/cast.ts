import { typeNamed, typeNames } from "../constants.ts";
import { defineFunction, ok } from "../definition.ts";
import { anyType, functionInput, functionValue } from "../elementwise.ts";
import { textOf } from "../options.ts";
import { andThen } from "../shape.ts";

export const cast = defineFunction({
  name: "cast",
  summary: "Converts the elements to another type. To `i32` it rounds towards zero; as a `bool`, all but 0 is true.",
  inputs: [{ name: "x", shape: "[...]" }],
  output: "[...]",
  elementwise: true,
  options: {
    dtype: {
      type: { kind: "choice", values: typeNames },
      required: true,
      doc: "The new element type, by nnc's name or Keras's.",
    },
  },
  positional: ["dtype"],
  shape: (inputs, options) =>
    andThen(functionInput(inputs, anyType), ({ shape }) => ok({ dtype: typeNamed(textOf(options, "dtype")), shape })),
  expand: (g, call) => ({ output: g.cast(functionValue(g, call), typeNamed(textOf(call.options, "dtype"))) }),
  examples: [
    { nn: "cast(f32)", type: "i32[4, 3] -> f32[4, 3]" },
    { nn: "cast(i32)", type: "f32[4] -> i32[4]" },
    { nn: "cast(bool)", type: "f32[4] -> bool[4]" },
  ],
  source: "https://keras.io/api/ops/core/#cast-function",
});
