import { CompilerBug } from "../../base/compilerBug.ts";
import { defineLayer } from "../definition.ts";
import { inputOf } from "../layer.ts";
import { axesExist, normalisedAxes } from "../normalization.ts";
import { numberOf, numberOption } from "../options.ts";
import { andThen, oneInput } from "../shape.ts";

export const rmsNormalization = defineLayer({
  name: "RMSNormalization",
  nature: "normalises",
  summary: "Divides each sample by the root of the mean of its squares along the last axis, then scales it.",
  inputs: [{ name: "x", shape: "[..., n]" }],
  output: "[..., n]",
  options: {
    axis: { type: { kind: "axes" }, default: -1, doc: "The axes that are normalised together." },
    epsilon: numberOption(1e-6, "Added to the mean of the squares.", { min: 0 }),
  },
  positional: [],
  weights([x], options) {
    const shape = x === undefined ? [] : normalisedAxes(x, options).map((axis) => x.shape[axis] ?? 1);
    return [{ name: "scale", shape, initializer: { name: "ones", options: {} }, trainable: true }];
  },
  shape: (inputs, options) => andThen(oneInput(inputs, { atLeast: 1, text: "[..., n]" }), (x) => axesExist(x, options)),
  expand(g, call) {
    const x = inputOf(call);
    const { scale } = call.weights;
    if (scale === undefined) throw new CompilerBug("RMSNormalization without its scale");
    const axes = normalisedAxes(x.type, call.options);
    const shape = x.type.shape.map((size, i) => (axes.includes(i) ? size : 1));
    const squares = g.mean(g.map("square", x), axes, true);
    const unit = g.mul(x, g.map("rsqrt", g.add(squares, numberOf(call.options, "epsilon"))));
    return { output: g.mul(unit, g.reshape(scale, shape)) };
  },
  examples: [{ nn: "RMSNormalization()", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "Zhang, Sennrich 2019, eq. 4; https://keras.io/api/layers/normalization_layers/rms_normalization/",
});
