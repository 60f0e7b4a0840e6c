// Holds advice on gradients to its word: a layer of which NN309 says that no gradient of the loss reaches it must not follow its
// learning rate. Decay, constraints and running statistics move weights, too, but not by that rate: each optimizer is replaced
// by plain descent, with a rate and without one.

import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import { type LowerRequest, lower } from "../../src/lower/lower.ts";
import { withDefaults } from "../../src/ops/options.ts";
import { findOptimizer } from "../../src/ops/registry.ts";
import { runsOf } from "./plan.ts";
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

/** The weights after two training steps. */
function after(request: LowerRequest, seed: number): ReadonlyMap<string, Float64Array> {
  const runs = runsOf(referenceOf(lower(request)), request, seed);
  return runs.findLast(({ program }) => program === "train_step")?.expected.slots ?? new Map();
}

/** Returns the weights of this model to which gradients come although NN309 says that none does. */
export function reachedAllTheSame(
  request: LowerRequest,
  diagnostics: readonly Diagnostic[],
  seed: number,
): readonly string[] {
  const told = diagnostics.filter(({ code }) => code === "NN309");
  const paths = request.model.weights.flatMap(({ path, span }) => {
    const isMeant = ({ message, span: place }: Diagnostic) =>
      place.start === span.start && place.file === span.file && message.includes(`'${path.replace(/\/[^/]*$/, "")}'`);
    return told.some(isMeant) ? [`weight:${path}`] : [];
  });
  if (paths.length === 0) return [];
  const still = after(withRate(request, 0), seed);
  const moved = after(withRate(request, 1), seed);
  return paths.filter((path) => still.get(path)?.some((value, i) => value !== moved.get(path)?.[i]) === true);
}
