// Holds advice to its word where numbers can tell. NN201: a model that is said to end in a softmax or a sigmoid yields numbers
// from 0 to 1. NN309: a layer of which NN309 says that no gradient of the loss reaches it must not follow its
// learning rate. Decay, constraints and running statistics move weights, too, but not by that rate: each optimizer is replaced
// by plain descent, with a rate and without one.

import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import { type LowerRequest, lower } from "../../src/lower/lower.ts";
import { withDefaults } from "../../src/ops/options.ts";
import { findOptimizer } from "../../src/ops/registry.ts";
import { type Run, runsOf } from "./plan.ts";
import { referenceOf } from "./reference.ts";

function withRate(request: LowerRequest, rate: number): LowerRequest {
  const { training } = request;
  const sgd = findOptimizer("SGD");
  if (training === undefined || sgd === undefined) return request;
  const options = withDefaults(sgd.options, { learning_rate: rate });
  const steps = training.steps.map((step) => ({
    ...step,
    groups: step.groups.map((group) => ({ ...group, optimizer: { ...group.optimizer, name: sgd.name, options } })),
  }));
  return { ...request, training: { ...training, steps } };
}

const layerOf = (path: string): string => path.replace(/\/[^/]*$/, "");

/** The weights after two training steps. */
function after(request: LowerRequest, seed: number): ReadonlyMap<string, Float64Array> {
  const runs = runsOf(referenceOf(lower(request)), request, seed);
  return runs.findLast(({ program }) => program === "train_step")?.expected.slots ?? new Map();
}

/** Returns the weights of this model to which gradients come although NN309 says that none does. */
function reachedAllTheSame(request: LowerRequest, diagnostics: readonly Diagnostic[], seed: number): readonly string[] {
  const told = diagnostics.filter(({ code }) => code === "NN309");
  // What NN309 says is of one step. Where several steps share a layer, it does not say of which.
  const steps = new Map<string, Set<number>>();
  const trained = new Set<string>();
  for (const [i, { groups }] of (request.training?.steps ?? []).entries())
    for (const path of groups.flatMap(({ weights }) => weights)) {
      trained.add(path);
      steps.set(layerOf(path), (steps.get(layerOf(path)) ?? new Set()).add(i));
    }
  const paths = request.model.weights.flatMap(({ path, span }) => {
    const isMeant = ({ message, span: place }: Diagnostic) =>
      place.start === span.start && place.file === span.file && message.includes(`'${layerOf(path)}'`);
    return trained.has(path) && steps.get(layerOf(path))?.size === 1 && told.some(isMeant) ? [`weight:${path}`] : [];
  });
  if (paths.length === 0) return [];
  const still = after(withRate(request, 0), seed);
  const moved = after(withRate(request, 1), seed);
  return paths.filter((path) => still.get(path)?.some((value, i) => value !== moved.get(path)?.[i]) === true);
}

const isShare = (value: number): boolean => value >= 0 && value <= 1;

/** Returns the first advice on this model that its numbers refute: its code, and where. */
export function refuted(
  request: LowerRequest,
  diagnostics: readonly Diagnostic[],
  runs: readonly Run[],
  seed: number,
): { readonly code: string; readonly where: string } | undefined {
  const logits = diagnostics.find(
    ({ code, message }) => code === "NN201" && message.includes(` ${request.model.name} `),
  );
  const outputs = runs.flatMap(({ program, expected }) =>
    program === "predict" ? [...expected.outputs.values()] : [],
  );
  if (logits !== undefined && !outputs.some((values) => values.every(isShare)))
    return { code: "NN201", where: logits.message };
  const [reached] = reachedAllTheSame(request, diagnostics, seed);
  return reached === undefined ? undefined : { code: "NN309", where: reached };
}
