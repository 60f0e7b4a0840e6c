import { CompilerBug } from "../../base/compilerBug.ts";
import type { Builder, Value } from "../../ir/builder.ts";
import type { OptionRecord } from "../../ir/graph.ts";
import type { Size } from "../../ir/size.ts";
import type { TensorType } from "../../ir/types.ts";
import {
  bad,
  defineLayer,
  type ExpandCall,
  type Expanded,
  ok,
  type ShapeProblem,
  type WeightDef,
} from "../definition.ts";
import { alignedMask, maskProblem, passesMask, sequenceMask } from "../mask.ts";
import { initializerOption } from "../normalization.ts";
import { axisOption, flag, flagOption, maybeNumbers, numberOf, numberOption, use } from "../options.ts";
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

/** The bounds of `renorm_clipping` in order, each with a number that bounds nothing. */
const clipping = { rmin: 0, rmax: 1e30, dmax: 1e30 };

function clippingProblem(options: OptionRecord): ShapeProblem | undefined {
  const bounds = maybeNumbers(options, "renorm_clipping");
  if (bounds === undefined) return undefined;
  const [rmin = 0, rmax = 0] = bounds;
  const wrong = (message: string): ShapeProblem => ({ problem: "option", option: "renorm_clipping", message });
  if (bounds.length !== 3) return wrong("it holds three numbers: rmin, rmax and dmax");
  return rmin > rmax ? wrong("rmin must not be above rmax") : undefined;
}

const moved = (g: Builder, average: Value, now: Value, momentum: number): Value =>
  g.add(g.mul(average, momentum), g.mul(g.reshape(now, average.type.shape), 1 - momentum));

/**
 * Batch renormalisation (Ioffe 2017, algorithm 1): gamma and beta with the corrections r and d in them, through which no
 * gradient goes, and the new averages. Keras keeps the deviation and derives the moving variance from it.
 */
function renormalised(
  g: Builder,
  { mean, variance }: { readonly mean: Value; readonly variance: Value },
  weights: ExpandCall["weights"],
  options: OptionRecord,
): Pick<Expanded, "state"> & { readonly gamma: Value; readonly beta: Value } {
  const { gamma, beta, moving_stddev, renorm_mean, renorm_stddev } = weights;
  if (moving_stddev === undefined || renorm_mean === undefined || renorm_stddev === undefined)
    throw new CompilerBug("BatchNormalization needs the averages of renorm");
  const epsilon = numberOf(options, "epsilon");
  const [rmin, rmax, dmax] = maybeNumbers(options, "renorm_clipping") ?? [];
  const now = g.reshape(mean, renorm_mean.type.shape);
  const deviation = g.map("sqrt", g.add(g.reshape(variance, renorm_mean.type.shape), epsilon));
  const least = g.map("max", renorm_stddev, Math.sqrt(epsilon));
  const within = (x: Value, low: number | undefined, high: number | undefined): Value => {
    const raised = low === undefined ? x : g.map("max", x, low);
    return g.map("stop_gradient", high === undefined ? raised : g.map("min", raised, high));
  };
  const r = within(g.div(deviation, least), rmin, rmax);
  const d = within(g.div(g.sub(now, renorm_mean), least), dmax === undefined ? undefined : -dmax, dmax);
  const shift = gamma === undefined ? d : g.mul(d, gamma);
  const momentum = numberOf(options, "renorm_momentum");
  const stddev = moved(g, moving_stddev, deviation, numberOf(options, "momentum"));
  return {
    gamma: gamma === undefined ? r : g.mul(r, gamma),
    beta: beta === undefined ? shift : g.add(shift, beta),
    state: {
      moving_stddev: stddev,
      moving_variance: g.map("relu", g.sub(g.map("square", stddev), epsilon)),
      renorm_mean: moved(g, renorm_mean, now, momentum),
      renorm_stddev: moved(g, renorm_stddev, deviation, momentum),
    },
  };
}

export const batchNormalization = defineLayer({
  name: "BatchNormalization",
  nature: "normalises",
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
    renorm: flagOption(
      false,
      "Whether training normalises as by averages: x · r + d, where r and d make up for those of the batch.",
    ),
    renorm_clipping: {
      type: { kind: "numbers", min: 0, named: clipping },
      optional: true,
      default: undefined,
      doc: "With `renorm`: the bounds [rmin, rmax, dmax] of the corrections, r from rmin to rmax and d from -dmax to dmax.",
    },
    renorm_momentum: numberOption(0.99, "With `renorm`: how much of its averages stays at each step.", {
      min: 0,
      max: 1,
    }),
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
    const [mean, variance] = [weight("moving_mean", false), weight("moving_variance", false)];
    const corrections: readonly WeightDef[] = [
      { ...variance, name: "moving_stddev", root: true },
      { ...mean, name: "renorm_mean" },
      { ...variance, name: "renorm_stddev", root: true },
    ];
    return [
      ...(flag(options, "scale") ? [weight("gamma", true)] : []),
      ...(flag(options, "center") ? [weight("beta", true)] : []),
      mean,
      variance,
      ...(flag(options, "renorm") ? corrections : []),
    ];
  },
  shape: ([input, mask], options) =>
    andThen(oneInput(input === undefined ? [] : [input], { atLeast: 1, text: "[..., c]" }), (x) => {
      const axis = numberOf(options, "axis");
      const position = normalised(x, options);
      if (position === undefined || position === 0) return bad(axisProblem("axis", axis, x));
      const problem = (mask && wholeMaskProblem(x, mask)) ?? clippingProblem(options);
      return problem === undefined ? ok(x) : bad(problem);
    }),
  expand(g, { inputs: [x], weights, options, training, given }) {
    const { moving_mean, moving_variance } = weights;
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
    const corrected =
      training && flag(options, "renorm") ? renormalised(g, { mean, variance }, weights, options) : undefined;
    const { gamma, beta } = corrected ?? weights;
    const factor = gamma === undefined ? inverse : g.mul(inverse, spread(gamma));
    const scaled = g.mul(centred, factor);
    const output = beta === undefined ? scaled : g.add(scaled, spread(beta));
    if (!training) return { output };
    const momentum = numberOf(options, "momentum");
    const state = {
      moving_mean: moved(g, moving_mean, mean, momentum),
      moving_variance: moved(g, moving_variance, variance, momentum),
    };
    return { output, state: { ...state, ...corrected?.state } };
  },
  examples: [
    { nn: "BatchNormalization()", type: "f32[4, 4, 3] -> f32[4, 4, 3]" },
    { nn: "BatchNormalization()", type: "f32[4, 3], mask: bool[4] -> f32[4, 3]" },
    { nn: "BatchNormalization(scale: false, momentum: 0.9)", type: "f32[5] -> f32[5]" },
  ],
  source:
    "Ioffe, Szegedy 2015, algorithm 1; Ioffe 2017, algorithm 1; https://keras.io/api/layers/normalization_layers/batch_normalization/",
});
