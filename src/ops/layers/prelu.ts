import { bad, defineLayer, ok } from "../definition.ts";
import { inputOf } from "../layer.ts";
import { passesMask } from "../mask.ts";
import { initializerOption } from "../normalization.ts";
import { numbers, use } from "../options.ts";
import { andThen, axisPosition, axisPositions, axisProblem, oneInput } from "../shape.ts";

export const prelu = defineLayer({
  name: "PReLU",
  summary: "`x` where it is positive, and `alpha * x` elsewhere, with a learned slope `alpha` for each element.",
  inputs: [{ name: "x", shape: "[...]" }],
  output: "[...]",
  options: {
    alpha_initializer: initializerOption("zeros", "How the slopes start."),
    shared_axes: { type: { kind: "axes" }, default: [], doc: "Axes along which all elements have the same slope." },
  },
  masks: passesMask,
  positional: [],
  weights([x], options) {
    const shape = x?.shape ?? [];
    const shared = axisPositions(numbers(options, "shared_axes"), shape.length);
    const sizes = shape.map((size, axis) => (shared.includes(axis) ? 1 : size));
    return [{ name: "alpha", shape: sizes.slice(1), initializer: use(options, "alpha_initializer"), trainable: true }];
  },
  shape: (inputs, options) =>
    andThen(oneInput(inputs, { atLeast: 1, text: "[...]" }), (x) => {
      const rank = x.shape.length;
      const wrong = numbers(options, "shared_axes").find((axis) => (axisPosition(axis, rank) ?? 0) === 0);
      return wrong === undefined ? ok(x) : bad(axisProblem("shared_axes", wrong, x));
    }),
  expand(g, call) {
    const x = inputOf(call);
    const { alpha } = call.weights;
    const below = g.map("neg", g.map("relu", g.map("neg", x)));
    return { output: alpha === undefined ? x : g.add(g.map("relu", x), g.mul(alpha, below)) };
  },
  examples: [
    { nn: "PReLU()", type: "f32[4, 3] -> f32[4, 3]" },
    { nn: "PReLU(shared_axes: [1, 2])", type: "f32[5, 3, 2] -> f32[5, 3, 2]" },
  ],
  source: "He, Zhang, Ren, Sun 2015, eq. 1; https://keras.io/api/layers/activation_layers/prelu/",
});
