import { CompilerBug } from "../../base/compilerBug.ts";
import type { OptionRecord } from "../../ir/graph.ts";
import type { TensorType } from "../../ir/types.ts";
import { bad, defineLayer, ok } from "../definition.ts";
import { inputOf } from "../layer.ts";
import { passesMask } from "../mask.ts";
import { part } from "../moving.ts";
import { axisOption, numberOf } from "../options.ts";
import { anglesOf, positionsInput, positionsProblem, startOption, wavelengthOption } from "../positions.ts";
import { andThen, axisProblem, axisWithin, known, oneInput } from "../shape.ts";

interface Axes {
  readonly sequence: number;
  readonly feature: number;
}

function axesOf(x: TensorType, options: OptionRecord): Axes | { readonly wrong: string } {
  const [sequence, feature] = ["sequence_axis", "feature_axis"].map((name) => axisWithin(numberOf(options, name), x));
  if (sequence === undefined) return { wrong: "sequence_axis" };
  return feature === undefined || feature === sequence ? { wrong: "feature_axis" } : { sequence, feature };
}

export const rotaryEmbedding = defineLayer({
  name: "RotaryEmbedding",
  summary: "Turns pairs of features by angles that grow with the position of the step: rotary positions.",
  inputs: [{ name: "x", shape: "[time, ..., n]" }, positionsInput],
  output: "[time, ..., n]",
  options: {
    max_wavelength: wavelengthOption,
    scaling_factor: {
      type: { kind: "float", min: 0, openMin: true },
      default: 1,
      doc: "What the positions are divided by.",
    },
    sequence_axis: axisOption(1, "The axis of the steps."),
    feature_axis: axisOption(-1, "The axis of the features, an even number of them."),
    start_index: startOption,
  },
  positional: ["max_wavelength", "scaling_factor"],
  masks: passesMask,
  shape: ([input, positions], options) =>
    andThen(oneInput(input === undefined ? [] : [input], { atLeast: 2, text: "[time, ..., n]" }), (x) => {
      const axes = axesOf(x, options);
      if ("wrong" in axes) return bad(axisProblem(axes.wrong, numberOf(options, axes.wrong), x));
      const features = x.shape[axes.feature] ?? 2;
      if (typeof features === "number" && features % 2 !== 0) {
        const size = { axis: axes.feature, expected: features + 1, actual: features };
        return bad({ problem: "size", input: 0, ...size, why: "features turn in pairs" });
      }
      const problem = positionsProblem(x.shape[axes.sequence] ?? 1, positions);
      return problem === undefined ? ok(x) : bad(problem);
    }),
  expand(g, call) {
    const x = inputOf(call);
    const axes = axesOf(x.type, call.options);
    if ("wrong" in axes) throw new CompilerBug("RotaryEmbedding along an axis that is not there");
    const { sequence, feature } = axes;
    const half = known(x.type.shape[feature]) / 2;
    const longest = numberOf(call.options, "max_wavelength");
    const scale = numberOf(call.options, "scaling_factor");
    const speeds = Array.from({ length: half }, (_, i) => longest ** (-i / half) / scale);
    const angles = anglesOf(g, call, x.type.shape[sequence] ?? 1, speeds);
    const batched = angles.type.shape.length === 3;
    const ordered = sequence < feature ? angles : g.transpose(angles, batched ? [0, 2, 1] : [1, 0]);
    const own = x.type.shape.map((size, axis) => {
      if (axis === 0) return batched ? size : 1;
      return axis === sequence ? size : axis === feature ? half : 1;
    });
    const turned = g.reshape(ordered, own);
    const [cos, sin] = [g.map("cos", turned), g.map("sin", turned)];
    const [first, second] = [part(g, x, feature, 0, half), part(g, x, feature, half, half)];
    const halves = [g.sub(g.mul(first, cos), g.mul(second, sin)), g.add(g.mul(second, cos), g.mul(first, sin))];
    return { output: g.concat(halves, feature) };
  },
  examples: [
    { nn: "RotaryEmbedding()", type: "f32[3, 2, 4] -> f32[3, 2, 4]" },
    {
      nn: "RotaryEmbedding(100, sequence_axis: 2, feature_axis: 1)",
      type: "f32[2, 3], positions: f32[3] -> f32[2, 3]",
    },
  ],
  source: "https://keras.io/keras_hub/api/modeling_layers/rotary_embedding/; Su et al. 2021",
});
