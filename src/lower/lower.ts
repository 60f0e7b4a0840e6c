// CheckedModel → OpGraphs: the programs of one training over shared slots. src/ops defines losses, optimizers and
// metrics; this folder only puts a training together from them.

import { CompilerBug, inStep } from "../base/compilerBug.ts";
import type { Bucket, CheckedProgram, CheckedTraining } from "../check/model.ts";
import type { Module, Op, OpGraph } from "../ir/graph.ts";
import { initializeGraph } from "./initialize.ts";
import { metricsGraph, observeGraph } from "./metrics.ts";
import { type Probed, probeGraph } from "./probe.ts";
import { evaluateGraph, finalizeGraph, predictGraph, trainStepGraph } from "./programs.ts";
import { type LowerRequest, type Plan, planSlots } from "./slots.ts";

export type { LowerRequest } from "./slots.ts";

/** The programs; `probed` where `predict` is a probe. */
export type OpModule = Module<Op> & { readonly probed?: readonly Probed[] };

/** The name of the training step for the batches of a bucket, by the steps of its first field. */
export const bucketProgram = ({ lengths }: Bucket): string => `train_step_${lengths[0]?.steps ?? 0}`;

/** Finds the training of `model` (default: the first), or the model alone if nothing trains it. */
export function lowerRequest(program: CheckedProgram, model?: string): LowerRequest | undefined {
  const training = program.trainings.find((t) => model === undefined || t.model === model);
  const name = training?.model ?? model ?? program.models[0]?.name;
  const chosen = program.models.find((m) => m.name === name);
  if (chosen === undefined) return undefined;
  const dataset = program.datasets.find((d) => d.name === training?.dataset);
  if (training === undefined || dataset === undefined) return { program, model: chosen };
  return { program, model: chosen, training, dataset };
}

/**
 * Makes the programs `initialize` and `predict`, and for a training `train_step`, `evaluate`, `metrics` and perhaps
 * `observe_train`, `observe_validation` and `finalize`.
 */
export const lower = (request: LowerRequest): OpModule => inStep("lowering", () => lowerRequested(request));

/** The parts of the data whose results rates may follow. */
const parts = ["train", "validation"] as const;

function lowerRequested(request: LowerRequest): OpModule {
  const { rows } = request;
  const planned: Plan = planSlots(request);
  const plan = rows === undefined ? planned : { ...planned, rows };
  const programs = [initializeGraph(plan)];
  if (plan.training !== undefined) {
    const { training } = plan;
    const finalize = finalizeGraph(training);
    const shorter = (training.checked.buckets ?? []).map((bucket) =>
      bucketStep(request, training.checked, bucket, plan),
    );
    programs.push(...shorter, trainStepGraph(plan, training), evaluateGraph(plan, training), metricsGraph(training));
    const observers = parts.map((part) => observeGraph(training, part));
    programs.push(...[...observers, finalize].filter((program) => program !== undefined));
  }
  if (request.probe === true && plan.training !== undefined) {
    const { graph, probed } = probeGraph(plan, plan.training);
    return { slots: plan.slots, programs: [...programs, graph], probed };
  }
  programs.push(predictGraph(plan));
  return { slots: plan.slots, programs };
}

/** Makes the training step for shorter rows: other sizes, the same slots. */
function bucketStep(request: LowerRequest, checked: CheckedTraining, bucket: Bucket, whole: Plan): OpGraph {
  const { model, dataset } = bucket;
  const steps = checked.steps.map((step, i) => ({ ...step, terms: bucket.terms[i] ?? step.terms }));
  const plan = planSlots({ ...request, model, dataset, training: { ...checked, steps } });
  if (plan.training === undefined || JSON.stringify(plan.slots) !== JSON.stringify(whole.slots))
    throw new CompilerBug(`a bucket of ${model.name} has slots of its own`);
  return { ...trainStepGraph(plan, plan.training), name: bucketProgram(bucket) };
}
