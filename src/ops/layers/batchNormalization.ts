import { CompilerBug } from "../../base/compilerBug.ts";
import type { Value } from "../../ir/builder.ts";
import type { OptionRecord } from "../../ir/graph.ts";
import type { Size } from "../../ir/size.ts";
import type { TensorType } from "../../ir/types.ts";
import { bad, defineLayer, ok, type WeightDef } from "../definition.ts";
import { initializerOption } from "../normalization.ts";
import { axisOption, flag, flagOption, numberOf, numberOption, use } from "../options.ts";
import { andThen, axisPosition, axisProblem, oneInput } from "../shape.ts";

const normalised = (x: TensorType, options: OptionRecord): number | undefined =>
  axisPosition(numberOf(options, "axis"), x.shape.length);

export const batchNormalization = defineLayer({
  name: "BatchNormalization",
  summary:
    "Normalises each channel to zero mean and unit variance: in training by the batch, otherwise by moving averages.",
  inputs: [{ name: "x", shape: "[..., c]" }],
  output: "[..., c]",
  options: {
    axis: axisOption(-1, "The axis of the channels."),
    momentum: numberOption(0.99, "How much of the moving averages stays at each step.", { min: 0, max: 1 }),
    epsilon: numberOption(1e-3, "Added to the variance.", { min: 0 }),
    center: flagOption(true, "Whether to add a learned `beta`."),
    scale: flagOption(true, "Whether to multiply by a learned `gamma`."),
    beta_initializer: initializerOption("zeros", "How `beta` starts."),
    gamma_initializer: initializerOption("ones", "How `gamma` starts."),
    moving_mean_initializer: initializerOption("zeros", "How the moving mean starts."),
    moving_variance_initializer: initializerOption("ones", "How the moving variance starts."),
  },
  positional: [],
  trainingDiffers: true,
  frozenInfers: true,
  weights([x], options) {
    const channels = x === undefined ? 1 : (x.shape[normalised(x, options) ?? 0] ?? 1);
    const weight = (name: string, trainable: boolean): WeightDef => ({
      name,
      shape: [channels],
      initializer: use(options, `${name}_initializer`),
      trainable,
    });
    return [
      ...(flag(options, "scale") ? [weight("gamma", true)] : []),
      ...(flag(options, "center") ? [weight("beta", true)] : []),
      weight("moving_mean", false),
      weight("moving_variance", false),
    ];
  },
  shape: (inputs, options) =>
    andThen(oneInput(inputs, { atLeast: 1, text: "[..., c]" }), (x) => {
      const axis = numberOf(options, "axis");
      const position = normalised(x, options);
      return position === undefined || position === 0 ? bad(axisProblem("axis", axis, x.shape.length)) : ok(x);
    }),
  expand(g, { inputs: [x], weights, options, training }) {
    const { gamma, beta, moving_mean, moving_variance } = weights;
    if (x === undefined || moving_mean === undefined || moving_variance === undefined)
      throw new CompilerBug("BatchNormalization needs input and statistics");
    const axis = normalised(x.type, options) ?? 0;
    const others = x.type.shape.map((_, i) => i).filter((i) => i !== axis);
    const shape: readonly Size[] = x.type.shape.map((size, i) => (i === axis ? size : 1));
    const spread = (value: Value): Value => g.reshape(value, shape);
    const mean = training ? g.mean(x, others, true) : spread(moving_mean);
    const centred = g.sub(x, mean);
    const variance = training ? g.mean(g.mul(centred, centred), others, true) : spread(moving_variance);
    const inverse = g.map("rsqrt", g.add(variance, numberOf(options, "epsilon")));
    const factor = gamma === undefined ? inverse : g.mul(inverse, spread(gamma));
    const scaled = g.mul(centred, factor);
    const output = beta === undefined ? scaled : g.add(scaled, spread(beta));
    if (!training) return { output };
    const momentum = numberOf(options, "momentum");
    const moved = (average: Value, now: Value): Value =>
      g.add(g.mul(average, momentum), g.mul(g.reshape(now, average.type.shape), 1 - momentum));
    const state = { moving_mean: moved(moving_mean, mean), moving_variance: moved(moving_variance, variance) };
    return { output, state };
  },
  examples: [
    { nn: "BatchNormalization()", type: "f32[4, 4, 3] -> f32[4, 4, 3]" },
    { nn: "BatchNormalization(scale: false, momentum: 0.9)", type: "f32[5] -> f32[5]" },
  ],
  source: "Ioffe, Szegedy 2015, algorithm 1; https://keras.io/api/layers/normalization_layers/batch_normalization/",
});
