// Advice on how a training steps: NN308, NN309, NN401, NN402, NN409 to NN413 and NN313.

import type { Span } from "../../base/span.ts";
import { multiplySizes } from "../../ir/size.ts";
import { findMetric, findOperator, findSource } from "../../ops/registry.ts";
import type { CheckedDataset, CheckedTraining, TrainStep } from "../model.ts";
import { report } from "../say/report.ts";
import type { Pairing } from "../training/pairing.ts";
import { reachedWeights } from "../training/reach.ts";
import { examplesOf, stepsOf } from "./length.ts";
import { callOf } from "./network.ts";
import { advisePenalties } from "./penalties.ts";
import { adviseRate } from "./rates.ts";
import { adviseSettings } from "./settings.ts";

/** Trainings of so many epochs take enough steps if each epoch is one. */
const manyEpochs = 100;

function adviseBatch({ batch, batchClause, epochs, places }: Asked, { entry: { model }, dataset, env }: Pairing): void {
  const examples = examplesOf(dataset, env);
  const isShort = epochs < manyEpochs && batchClause !== undefined;
  if (isShort && examples !== undefined && batch > examples && examples > 0)
    report(env, { code: "NN411", span: batchClause, batch, examples, dataset: dataset.name });
  if (batch !== 1) return;
  const layer = model.nodes
    .flatMap((node) => callOf(node) ?? [])
    .find((call) => {
      const def = findOperator(call.op);
      return def?.nature === "normalises" && def.frozenInfers === true && call.frozen !== true;
    });
  if (layer !== undefined)
    report(env, { code: "NN308", span: batchClause ?? places.model, layer: layer.text, made: layer.span });
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

/** Reports NN412 for a training in which no step changes a weight, because the layers are frozen. */
function adviseFrozen(steps: readonly TrainStep[], place: Span, { entry: { model }, env }: Pairing): void {
  if (steps.some(({ groups }) => groups.some(({ weights }) => weights.length > 0))) return;
  const frozen = model.nodes.flatMap((node) => callOf(node) ?? []).filter((call) => call.frozen && call.weights.length);
  const [first] = frozen;
  if (first !== undefined)
    report(env, { code: "NN412", span: place, model: model.name, layers: frozen.length, first: first.span });
}

/** No share of right answers gets better by more. */
const mostGained = 0.5;

/** Reports NN413 for stopping that cannot come before the end, or that no result keeps from coming. */
function adviseStopping({ stopping, metrics, epochs, places }: Asked, { env }: Pairing): void {
  const { patience, start, restore, minDelta, name } = stopping ?? { start: 0, restore: false, minDelta: 0, name: "" };
  const span = places.stopping;
  if (patience === undefined || span === undefined) return;
  if (patience + start >= epochs) report(env, { code: "NN413", span, how: "late", patience, start, epochs, restore });
  const fits = metrics.map((metric) => (metric.shown === name ? findMetric(metric.name)?.fits : undefined));
  if (minDelta >= mostGained && fits.some((each) => each === "classes" || each === "indices" || each === "anything"))
    report(env, { code: "NN413", span, how: "delta", delta: minDelta, monitor: name });
}

/** What a training says beside its steps, and where. */
interface Asked extends Pick<CheckedTraining, "steps" | "metrics" | "batch" | "epochs" | "stopping"> {
  readonly batchClause: Span | undefined;
  readonly places: { readonly model: Span; readonly data: Span; readonly stopping: Span | undefined };
}

/** Reports what is likely a mistake in the steps of a training. */
export function adviseSteps(asked: Asked, pairing: Pairing): void {
  const { dataset, env } = pairing;
  const { steps, epochs, stopping, places } = asked;
  const length = {
    epochs,
    steps: stepsOf(asked, examplesOf(dataset, env)),
    stops: stopping?.patience !== undefined,
  };
  for (const step of steps) {
    for (const { optimizer, weights } of step.groups) {
      if (weights.length === 0) continue;
      adviseRate(optimizer, length, pairing);
      adviseSettings(optimizer, length, pairing);
    }
    adviseGradients(step, pairing);
  }
  adviseFrozen(steps, places.model, pairing);
  adviseBatch(asked, pairing);
  adviseStopping(asked, pairing);
  advisePenalties(steps, pairing);
  if (!setsAside(dataset)) report(env, { code: "NN409", span: places.data, dataset: dataset.name });
}
