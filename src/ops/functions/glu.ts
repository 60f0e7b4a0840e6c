import { divideExactly } from "../../ir/size.ts";
import { bad, defineFunction, ok } from "../definition.ts";
import { functionInput, functionValue } from "../elementwise.ts";
import { part } from "../moving.ts";
import { axisOption, numberOf } from "../options.ts";
import { andThen, axisProblem, axisWithin, known, positionOf } from "../shape.ts";

export const glu = defineFunction({
  name: "glu",
  summary: "Gated linear unit: the first half of an axis times the sigmoid of the second.",
  inputs: [{ name: "x", shape: "[..., 2 n]" }],
  output: "[..., n]",
  activation: true,
  options: { axis: axisOption(-1, "The axis that is split in two.") },
  positional: ["axis"],
  shape: (inputs, options) =>
    andThen(functionInput(inputs), (x) => {
      const axis = numberOf(options, "axis");
      const position = axisWithin(axis, x);
      if (position === undefined) return bad(axisProblem("axis", axis, x));
      const half = divideExactly(x.shape[position] ?? 0, 2);
      if (half === undefined)
        return bad({ problem: "option", option: "axis", message: "the size of the axis must be even" });
      return ok({ dtype: x.dtype, shape: x.shape.map((size, i) => (i === position ? half : size)) });
    }),
  expand(g, call) {
    const x = functionValue(g, call);
    const axis = positionOf(numberOf(call.options, "axis"), x.type.shape.length);
    const half = known(x.type.shape[axis]) / 2;
    const gate = g.map("sigmoid", part(g, x, axis, half, half));
    return { output: g.mul(part(g, x, axis, 0, half), gate) };
  },
  examples: [{ nn: "glu", type: "f32[4, 6] -> f32[4, 3]" }],
  source: "Dauphin et al. 2017, eq. 1",
});
