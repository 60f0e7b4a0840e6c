// Random trainings: optimizer, metrics that go with an output and its target, weights of classes, and how long.

import type { MetricDef } from "../../src/ops/definition.ts";
import { allDefinitions } from "../../src/ops/registry.ts";
import { comparing, type Head } from "./heads.ts";
import type { Shape } from "./operators.ts";
import { drawUse, NoOptions, nowhere, type Place, recordOf } from "./options.ts";
import type { Random } from "./random.ts";
import type { Target, Training, Use } from "./tree.ts";

const definitions = allDefinitions();
const optimizers = definitions.flatMap((def) => (def.tier === "optimizer" ? [def] : []));
const metrics = definitions.flatMap((def) => (def.tier === "metric" ? [def] : []));

function metricFits({ fits }: MetricDef, target: Target["kind"], output: Shape): boolean {
  const single = target === "class" ? output.at(-1) === 1 : (output.at(-1) ?? 1) === 1;
  if (fits === "unchecked") return true;
  // Targets have the shape of outputs, but lists of boxes have no scores.
  if (fits === "boxes") return false;
  if (fits === "sequences") return target === "class" && output.length === 2;
  // A target of classes is one index.
  if (target === "class" && output.length !== 1) return false;
  if (fits === "anything") return true;
  if (fits === "numbers") return target === "numbers" || single;
  return !single && (fits === "classes" || target === "class");
}

/** A metric with options that go with the shapes; some go with none. */
export function drawMetric(random: Random, fitting: readonly MetricDef[], place: Place): Use {
  for (;;) {
    try {
      return drawUse(random, random.pick(fitting), place, 0.3);
    } catch (error) {
      if (!(error instanceof NoOptions)) throw error;
    }
  }
}

export function drawMetrics(random: Random, target: Target["kind"], output: Shape): readonly Use[] {
  const fitting = metrics.filter((metric) => metricFits(metric, target, output));
  const count = random.pick([0, 1, 1, 2, 3]);
  const place = target === "class" ? comparing(output, [], "i32") : comparing(output, output, "f32");
  const chosen = Array.from({ length: count }, () => drawMetric(random, fitting, place));
  const seen = new Set<string>();
  return chosen
    .map((use) => ({ ...use, bare: random.chance(0.8) }))
    .filter(({ name, given }) => {
      const def = fitting.find((one) => one.name === name || one.aliases?.includes(name) === true);
      const key = def && `${def.name} ${JSON.stringify(recordOf(def, given))}`;
      return key !== undefined && !seen.has(key) && seen.add(key);
    });
}

/** Weights of classes for some trainings with a target of classes, and metrics that count by them. */
function drawWeights(random: Random, metrics: readonly Use[], classes: number | undefined): Partial<Training> {
  if (classes === undefined || random.chance(0.8)) return {};
  const classWeights = Array.from({ length: random.int(1, classes) }, () => random.pick([0, 0.5, 1, 2, 3.5]));
  return { classWeights, ...(metrics.length === 0 || random.chance(0.5) ? {} : { weighted: metrics }) };
}

export const drawOptimizer = (random: Random): Use => ({
  ...drawUse(random, random.pick(optimizers), nowhere, random.pick([0, 0.2, 0.4])),
  bare: random.chance(0.5),
});

export function drawTraining(
  random: Random,
  head: Pick<Head, "loss" | "target" | "classes">,
  output: Shape,
  several: boolean,
): Training {
  const target = head.target.kind;
  const metrics = drawMetrics(random, target, output);
  return {
    loss: { ...head.loss, bare: random.chance(0.5) },
    ...(random.chance(0.15) ? { weight: random.pick([0.5, 2, 0.25]) } : {}),
    optimizer: drawOptimizer(random),
    metrics,
    ...drawWeights(random, metrics, target === "class" && !several ? head.classes : undefined),
    batch: random.pick([1, 2, 2, 3, 3, 4, 5, 7]),
    ...(random.chance(0.2) ? { seed: random.int(0, 4_000_000_000) } : {}),
    ...(random.chance(0.2) ? { epochs: random.int(1, 3) } : {}),
  };
}
