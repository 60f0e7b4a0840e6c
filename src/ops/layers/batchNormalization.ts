import { CompilerBug } from "../../base/compilerBug.ts";
import type { Builder, Value } from "../../ir/builder.ts";
import type { OptionRecord } from "../../ir/graph.ts";
import type { Size } from "../../ir/size.ts";
import type { TensorType } from "../../ir/types.ts";
import { bad, defineLayer, ok, type ShapeProblem, type WeightDef } from "../definition.ts";
import { alignedMask, maskProblem, passesMask, sequenceMask } from "../mask.ts";
import { initializerOption } from "../normalization.ts";
import { axisOption, flag, flagOption, numberOf, numberOption, use } from "../options.ts";
import { andThen, axisPosition, axisProblem, oneInput } from "../shape.ts";

/** Keras's fuzz factor, which it adds to the number of elements that a mask leaves. */
const EPSILON = 1e-7;

const normalised = (x: TensorType, options: OptionRecord): number | undefined =>
  axisPosition(numberOf(options, "axis"), x.shape.length);

/** Says why a mask lacks the axes of the input but the last. */
function wholeMaskProblem(x: TensorType, mask: TensorType): ShapeProblem | undefined {
  const rank = x.shape.length - 1;
  if (mask.shape.length !== rank)
    return { problem: "rank", input: 1, expected: [rank - 1], expectedText: "the axes of the input but the last" };
  return maskProblem(x, mask, 1);
}

/** The mean over `axes`, which stay; of the elements where the mask holds, if there is one. */
function averageOver(g: Builder, x: Value, axes: readonly number[], mask: Value | undefined): Value {
  if (mask === undefined) return g.mean(x, axes, true);
  const holds = g.broadcastTo(alignedMask(g, mask, x), x.type.shape);
  const count = g.sum(g.cast(holds, "f32"), axes, true);
  return g.div(g.sum(g.select(holds, x, 0), axes, true), g.add(count, EPSILON));
}

export const batchNormalization = defineLayer({
  name: "BatchNormalization",
  summary:
    "Normalises each channel to zero mean and unit variance: in training by the batch, otherwise by moving averages.",
  inputs: [
    { name: "x", shape: "[..., c]" },
    { ...sequenceMask("x"), shape: "[...]" },
  ],
  output: "[..., c]",
  options: {
    axis: axisOption(-1, "The axis of the channels."),
    momentum: numberOption(0.99, "How much of the moving averages stays at each step.", { min: 0, max: 1 }),
    epsilon: numberOption(1e-3, "Added to the variance.", { min: 0 }),
    center: flagOption(true, "Whether to add a learned `beta`."),
    scale: flagOption(true, "Whether to multiply by a learned `gamma`."),
    beta_initializer: initializerOption("zeros", "How `beta` starts."),
    gamma_initializer: initializerOption("ones", "How `gamma` starts."),
    moving_mean_initializer: { ...initializerOption("zeros", "How the moving mean starts."), ofStatistic: true },
    moving_variance_initializer: { ...initializerOption("ones", "How the moving variance starts."), ofStatistic: true },
  },
  masks: passesMask,
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
  shape: ([input, mask], options) =>
    andThen(oneInput(input === undefined ? [] : [input], { atLeast: 1, text: "[..., c]" }), (x) => {
      const axis = numberOf(options, "axis");
      const position = normalised(x, options);
      if (position === undefined || position === 0) return bad(axisProblem("axis", axis, x));
      const problem = mask === undefined ? undefined : wholeMaskProblem(x, mask);
      return problem === undefined ? ok(x) : bad(problem);
    }),
  expand(g, { inputs: [x], weights, options, training, given }) {
    const { gamma, beta, moving_mean, moving_variance } = weights;
    if (x === undefined || moving_mean === undefined || moving_variance === undefined)
      throw new CompilerBug("BatchNormalization needs input and statistics");
    const axis = normalised(x.type, options) ?? 0;
    const others = x.type.shape.map((_, i) => i).filter((i) => i !== axis);
    const shape: readonly Size[] = x.type.shape.map((size, i) => (i === axis ? size : 1));
    const spread = (value: Value): Value => g.reshape(value, shape);
    const [mask] = given("mask");
    const average = (value: Value): Value => averageOver(g, value, others, mask);
    const mean = training ? average(x) : spread(moving_mean);
    const centred = g.sub(x, mean);
    const variance = training ? average(g.mul(centred, centred)) : spread(moving_variance);
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
    { nn: "BatchNormalization()", type: "f32[4, 3], mask: bool[4] -> f32[4, 3]" },
    { nn: "BatchNormalization(scale: false, momentum: 0.9)", type: "f32[5] -> f32[5]" },
  ],
  source: "Ioffe, Szegedy 2015, algorithm 1; https://keras.io/api/layers/normalization_layers/batch_normalization/",
});
