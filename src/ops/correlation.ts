// Correlations of prediction and target along an axis within each sample, as Keras's metrics have them.

import type { Builder, Value } from "../ir/builder.ts";
import type { MetricCall, ScoreMisfit } from "./definition.ts";
import { axisMisfit, EPSILON, numbersOf } from "./loss.ts";
import { numberOf } from "./options.ts";
import { positionOf } from "./shape.ts";

interface Moments {
  readonly mean: Value;
  readonly variance: Value;
}

function moments(g: Builder, x: Value, axis: number): Moments {
  const mean = g.mean(x, [axis], true);
  return { mean, variance: g.mean(g.map("square", g.sub(x, mean)), [axis], true) };
}

/**
 * Pearson's: the mean product of both, each with mean 0 and deviation 1. Numbers that do not vary correlate with nothing: 0,
 * where Keras's result would be NaN for all samples.
 */
export function pearson(g: Builder, call: MetricCall): Value {
  const axis = numberOf(call.options, "axis");
  const { prediction, target } = numbersOf(g, call.prediction, call.target);
  const unit = (x: Value): Value => {
    const { mean, variance } = moments(g, x, axis);
    const varies = g.map("gt", variance, 0);
    return g.select(varies, g.mul(g.sub(x, mean), g.map("rsqrt", g.select(varies, variance, 1))), 0);
  };
  return g.mean(g.mul(unit(target), unit(prediction)), [axis]);
}

/** Lin's concordance, which also takes different means and deviations as disagreement. */
export function concordance(g: Builder, call: MetricCall): Value {
  const axis = numberOf(call.options, "axis");
  const { prediction, target } = numbersOf(g, call.prediction, call.target);
  const [p, t] = [moments(g, prediction, axis), moments(g, target, axis)];
  // Keras takes the mean of the predictions off both, which leaves the sum the same.
  const together = g.mul(g.sub(target, p.mean), g.sub(prediction, p.mean));
  const norm = g.add(g.add(t.variance, p.variance), g.map("square", g.sub(t.mean, p.mean)));
  return g.mean(g.div(g.mul(together, 2), g.add(norm, EPSILON)), [axis]);
}

/** Finds an axis that does not exist, or along which there is one number only. */
export const correlationMisfit: ScoreMisfit = (prediction, target, options) => {
  const wrong = axisMisfit(prediction, target, options);
  if (wrong !== undefined) return wrong;
  const axis = numberOf(options, "axis");
  const size = prediction.shape[positionOf(axis, prediction.shape.length)];
  if (size !== 1) return undefined;
  return { option: "axis", message: `along axis ${axis} a sample has one number, which correlates with nothing` };
};
