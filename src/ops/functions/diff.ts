import { addSizes } from "../../ir/size.ts";
import { bad, defineFunction, ok } from "../definition.ts";
import { anyType, functionInput, functionValue } from "../elementwise.ts";
import { part } from "../moving.ts";
import { axisOption, numberOf } from "../options.ts";
import { chosenAxes } from "../reducing.ts";
import { andThen, axisProblem, axisWithin, known } from "../shape.ts";

export const diff = defineFunction({
  name: "diff",
  summary: "The difference of each element and the one before it along an axis, n times.",
  inputs: [{ name: "x", shape: "[..., n, ...]" }],
  output: "[..., n - n', ...]",
  options: {
    n: { type: { kind: "int", min: 0, max: 64 }, default: 1, doc: "How many times to take differences." },
    axis: axisOption(-1, "The axis along which to take them."),
  },
  positional: ["n", "axis"],
  shape: (inputs, options) =>
    andThen(functionInput(inputs, anyType), (x) => {
      const axis = axisWithin(numberOf(options, "axis"), x);
      if (axis === undefined) return bad(axisProblem("axis", numberOf(options, "axis"), x));
      const [size = 1, n] = [x.shape[axis], numberOf(options, "n")];
      const result = addSizes(size, -n);
      if (typeof result === "number" && result < 1) return bad({ problem: "vanishes", axis, size, window: n, result });
      return ok({ dtype: x.dtype, shape: x.shape.with(axis, result) });
    }),
  expand(g, call) {
    let x = functionValue(g, call);
    const [axis = 0] = chosenAxes(x.type, call.options);
    for (let i = 0; i < numberOf(call.options, "n"); i++) {
      const count = known(x.type.shape[axis]) - 1;
      const [after, before] = [part(g, x, axis, 1, count), part(g, x, axis, 0, count)];
      x = x.type.dtype === "bool" ? g.map("ne", after, before) : g.sub(after, before);
    }
    return { output: x };
  },
  examples: [
    { nn: "diff", type: "f32[2, 4] -> f32[2, 3]" },
    { nn: "diff(2, axis: 1)", type: "f32[4, 2] -> f32[2, 2]" },
  ],
  source: "https://keras.io/api/ops/numpy/#diff-function",
});
