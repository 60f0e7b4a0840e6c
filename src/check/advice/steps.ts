// Advice on how a training steps: NN308, NN309, NN401 and NN409.

import type { Span } from "../../base/span.ts";
import type { OptionRecord } from "../../ir/graph.ts";
import { multiplySizes } from "../../ir/size.ts";
import { isUse } from "../../ops/options.ts";
import { findOperator, findOptimizer, findSchedule, findSource } from "../../ops/registry.ts";
import type { CheckedDataset, TrainStep, Use } from "../model.ts";
import { report } from "../say/report.ts";
import type { Pairing } from "../training/pairing.ts";
import { reachedWeights } from "../training/reach.ts";
import { callOf } from "./network.ts";

/** Returns the learning rate; of a schedule the one that it is given first, its highest as a rule. */
function rateOf(options: OptionRecord): number | undefined {
  const { learning_rate: rate } = options;
  if (typeof rate === "number") return rate;
  if (rate === undefined || !isUse(rate)) return undefined;
  const [first] = findSchedule(rate.name)?.positional ?? [];
  const value = first === undefined || !first.endsWith("learning_rate") ? undefined : rate.options[first];
  return typeof value === "number" ? value : undefined;
}

function adviseRate({ name, options, span }: Use, pairing: Pairing): void {
  const usual = findOptimizer(name)?.usualRates;
  const rate = rateOf(options);
  // A rate of 0 is meant: nothing shall change.
  if (usual === undefined || rate === undefined || rate === 0 || (rate >= usual[0] && rate <= usual[1])) return;
  report(pairing.env, { code: "NN401", span, optimizer: name, rate, usual });
}

function adviseBatch(batch: number, place: Span, { entry: { model }, env }: Pairing): void {
  if (batch !== 1) return;
  const layer = model.nodes
    .flatMap((node) => callOf(node) ?? [])
    .find((call) => {
      const def = findOperator(call.op);
      return def?.nature === "normalises" && def.frozenInfers === true && call.frozen !== true;
    });
  if (layer !== undefined) report(env, { code: "NN308", span: place, layer: layer.text, made: layer.span });
}

function setsAside({ split, source }: CheckedDataset): boolean {
  const def = findSource(source.name);
  if (split.validation + split.test > 0 || def === undefined) return true;
  return def.mayHoldTestPart === true || def.hasTestPart(source.options);
}

/** Reports NN309 for the layers with weights that a step trains and no gradient reaches. */
function adviseGradients(step: TrainStep, { entry: { model }, env }: Pairing): void {
  const reached = reachedWeights(model, step.terms);
  const trained = new Set(step.groups.flatMap(({ weights }) => weights));
  const told = new Set<string>();
  for (const { path, span } of model.weights) {
    const layer = layerOf(path);
    if (!trained.has(path) || reached.has(path) || told.has(layer)) continue;
    told.add(layer);
    const own = model.weights.filter((weight) => layerOf(weight.path) === layer && trained.has(weight.path));
    if (own.some((weight) => reached.has(weight.path))) continue;
    const weights = own.reduce((sum, { shape }) => sum + Number(shape.reduce(multiplySizes, 1)), 0);
    report(env, { code: "NN309", span, layer, weights, made: span, optimized: step.span });
  }
}

const layerOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/"))) || path;

/** Reports what is likely a mistake in the steps of a training. */
export function adviseSteps(
  steps: readonly TrainStep[],
  { batch, batchPlace, dataPlace }: { readonly batch: number; readonly batchPlace: Span; readonly dataPlace: Span },
  pairing: Pairing,
): void {
  const { dataset, env } = pairing;
  for (const step of steps) {
    for (const { optimizer } of step.groups) adviseRate(optimizer, pairing);
    adviseGradients(step, pairing);
  }
  adviseBatch(batch, batchPlace, pairing);
  if (!setsAside(dataset)) report(env, { code: "NN409", span: dataPlace, dataset: dataset.name });
}
