import { bad, defineFunction, ok } from "../definition.ts";
import { functionInput, functionValue } from "../elementwise.ts";
import { rowNorm } from "../norms.ts";
import { maybeNumber, numberOf } from "../options.ts";
import { axesMissing, chosenAxes } from "../reducing.ts";
import { andThen } from "../shape.ts";

/** Keras's epsilon. */
const SMALLEST = 1e-7;

export const normalize = defineFunction({
  name: "normalize",
  summary: "x divided by its norm along an axis.",
  inputs: [{ name: "x", shape: "[..., n]" }],
  output: "[..., n]",
  options: {
    axis: { type: { kind: "axes" }, default: -1, doc: "The axis of the rows; with `order: 2` it may be several." },
    order: { type: { kind: "int", min: 1 }, default: 2, doc: "Which norm: the power of the elements that add up." },
    epsilon: {
      type: { kind: "float", min: 0, openMin: true },
      optional: true,
      default: undefined,
      doc: "The least norm that divides, by default 1e-7.",
    },
  },
  positional: ["axis", "order", "epsilon"],
  shape: (inputs, options) =>
    andThen(functionInput(inputs), (x) => {
      const missing = axesMissing(x, options);
      if (missing !== undefined) return bad(missing);
      const several = chosenAxes(x, options).length !== 1 && numberOf(options, "order") !== 2;
      return several ? bad({ problem: "option", option: "axis", message: "this order takes one axis" }) : ok(x);
    }),
  expand(g, call) {
    const x = functionValue(g, call);
    const axes = chosenAxes(x.type, call.options);
    const epsilon = maybeNumber(call.options, "epsilon") ?? SMALLEST;
    const order = numberOf(call.options, "order");
    if (order === 2) {
      const inverse = g.map("rsqrt", g.sum(g.map("square", x), axes, true));
      return { output: g.mul(x, g.map("min", inverse, 1 / epsilon)) };
    }
    return { output: g.div(x, g.map("max", rowNorm(g, x, axes[0] ?? 0, order), epsilon)) };
  },
  examples: [
    { nn: "normalize", type: "f32[4, 3] -> f32[4, 3]" },
    { nn: "normalize(1, order: 3)", type: "f32[4, 3] -> f32[4, 3]" },
  ],
  source: "https://keras.io/api/ops/nn/#normalize-function",
});
