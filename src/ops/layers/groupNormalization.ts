import type { OptionRecord } from "../../ir/graph.ts";
import type { Size } from "../../ir/size.ts";
import type { TensorType } from "../../ir/types.ts";
import { bad, type Checked, defineLayer, ok, type WeightDef } from "../definition.ts";
import { inputOf } from "../layer.ts";
import { passesMask } from "../mask.ts";
import { initializerOption } from "../normalization.ts";
import { axisOption, flag, flagOption, numberOf, numberOption, use } from "../options.ts";
import { andThen, axisPosition, axisProblem, known, oneInput } from "../shape.ts";

const channelAxis = (x: TensorType, options: OptionRecord): number =>
  axisPosition(numberOf(options, "axis"), x.shape.length) ?? 0;

/** Returns the type if the channels form groups of the same size. */
function grouped(x: TensorType, options: OptionRecord): Checked<TensorType> {
  const axis = channelAxis(x, options);
  if (axis === 0) return bad(axisProblem("axis", numberOf(options, "axis"), x));
  const groups = numberOf(options, "groups");
  if (groups === 0)
    return bad({ problem: "option", option: "groups", message: "it is 0, but must be at least 1, or -1" });
  const channels = x.shape[axis] ?? 1;
  if (groups > 0 && typeof channels === "number" && channels % groups !== 0)
    return bad({ problem: "groups", groups, channels, what: "channels" });
  return ok(x);
}

export const groupNormalization = defineLayer({
  name: "GroupNormalization",
  nature: "normalises",
  summary: "Normalises groups of channels of each sample to zero mean and unit variance, then scales and shifts them.",
  inputs: [{ name: "x", shape: "[..., c]" }],
  output: "[..., c]",
  options: {
    groups: {
      type: { kind: "int", min: -1 },
      default: 32,
      doc: "The number of groups, which divides the channels. 1 normalises all channels together, and -1 each by itself.",
    },
    axis: axisOption(-1, "The axis of the channels."),
    epsilon: numberOption(1e-3, "Added to the variance.", { min: 0 }),
    center: flagOption(true, "Whether to add a learned `beta`."),
    scale: flagOption(true, "Whether to multiply by a learned `gamma`."),
    beta_initializer: initializerOption("zeros", "How `beta` starts."),
    gamma_initializer: initializerOption("ones", "How `gamma` starts."),
  },
  masks: passesMask,
  positional: ["groups"],
  weights([x], options) {
    const shape = x === undefined ? [] : [x.shape[channelAxis(x, options)] ?? 1];
    const weight = (name: string): WeightDef => ({
      name,
      shape,
      initializer: use(options, `${name}_initializer`),
      trainable: true,
    });
    return [...(flag(options, "scale") ? [weight("gamma")] : []), ...(flag(options, "center") ? [weight("beta")] : [])];
  },
  shape: (inputs, options) => andThen(oneInput(inputs, { atLeast: 1, text: "[..., c]" }), (x) => grouped(x, options)),
  expand(g, call) {
    const x = inputOf(call);
    const { gamma, beta } = call.weights;
    const axis = channelAxis(x.type, call.options);
    const channels = known(x.type.shape[axis]);
    const wanted = numberOf(call.options, "groups");
    const groups = wanted === -1 ? channels : wanted;
    const apart = (shape: readonly Size[]): readonly Size[] => shape.toSpliced(axis, 1, groups, channels / groups);
    const parts = g.reshape(x, apart(x.type.shape));
    const together = parts.type.shape.flatMap((_, i) => (i === 0 || i === axis ? [] : [i]));
    const centred = g.sub(parts, g.mean(parts, together, true));
    const variance = g.mean(g.map("square", centred), together, true);
    const unit = g.mul(centred, g.map("rsqrt", g.add(variance, numberOf(call.options, "epsilon"))));
    const along = apart(x.type.shape.map((_, i) => (i === axis ? channels : 1)));
    const scaled = gamma === undefined ? unit : g.mul(unit, g.reshape(gamma, along));
    const moved = beta === undefined ? scaled : g.add(scaled, g.reshape(beta, along));
    return { output: g.reshape(moved, x.type.shape) };
  },
  examples: [
    { nn: "GroupNormalization(2)", type: "f32[3, 4] -> f32[3, 4]" },
    { nn: "GroupNormalization(groups: -1, axis: 1)", type: "f32[2, 3] -> f32[2, 3]" },
  ],
  source: "Wu, He 2018, eq. 7; https://keras.io/api/layers/normalization_layers/group_normalization/",
});
