import { bad, defineFunction, ok } from "../definition.ts";
import { inputAt, oneHot as places } from "../indices.ts";
import { axisOption, numberOf } from "../options.ts";
import { andThen, axisPosition, axisProblem, isBatched, oneInput, positionOf } from "../shape.ts";

export const oneHot = defineFunction({
  name: "one_hot",
  summary: "A row of numbers for each index: 1 at the index, 0 elsewhere. An index that is no class gives zeros.",
  inputs: [{ name: "x", shape: "[...]" }],
  output: "[..., num_classes]",
  options: {
    num_classes: { type: { kind: "int", min: 1 }, required: true, doc: "The number of classes." },
    axis: axisOption(-1, "The place of the new axis in the result."),
  },
  positional: ["num_classes", "axis"],
  // Numbers are rounded towards zero, as in Keras.
  stopsGradient: true,
  shape: (inputs, options) =>
    andThen(oneInput(inputs, { atLeast: 0, text: "[...]", takes: ["i32", "f32"] }), (x) => {
      const axis = numberOf(options, "axis");
      const position = axisPosition(axis, x.shape.length + 1);
      if (position === undefined || (position === 0 && isBatched(x))) return bad(axisProblem("axis", axis, x, 1));
      const shape = x.shape.toSpliced(position, 0, numberOf(options, "num_classes"));
      return ok({ dtype: "f32", shape });
    }),
  expand(g, { inputs, options }) {
    const x = g.cast(inputAt(inputs, 0), "i32");
    const position = positionOf(numberOf(options, "axis"), x.type.shape.length + 1);
    return { output: g.cast(places(g, x, numberOf(options, "num_classes"), position), "f32") };
  },
  examples: [
    { nn: "one_hot(3)", type: "i32[4] -> f32[4, 3]" },
    { nn: "one_hot(3, axis: 1)", type: "i32[4] -> f32[3, 4]" },
    { nn: "one_hot(3)", type: "f32[4] -> f32[4, 3]" },
  ],
  source: "https://keras.io/api/ops/nn/#onehot-function",
});
