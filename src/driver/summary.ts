// The costs of a model, without running it: the shapes, parameters, arithmetic and memory of each layer, the memory of the
// whole program, and the number of kernels before and after fusion.

import { CompilerBug } from "../base/compilerBug.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Module, Op } from "../ir/graph.ts";
import type { LoopProgram } from "../ir/loops.ts";
import { kernelsIn } from "../ir/steps.ts";
import { extents } from "../ir/types.ts";
import type { LowerRequest } from "../lower/lower.ts";
import { findMetric } from "../ops/registry.ts";
import { batchOf, checkChosen, isReady, requested } from "./choice.ts";
import { type LayerSummary, layersOf } from "./layers.ts";
import type { CheckResult, CompileOptions, Sources } from "./options.ts";
import { beyondMemory, type LoopTarget, scheduled, type Target, targetNamed, targets } from "./targets.ts";

export interface Summary {
  readonly model: string;
  readonly batch: number;
  readonly layers: readonly LayerSummary[];
  readonly parameters: { readonly trainable: number; readonly other: number };
  readonly flops: number;
  readonly bytes: number;
  /** The metrics of its training of which a higher number is better. */
  readonly higherIsBetter: readonly string[];
  /** The number of threads that the memory is planned for. */
  readonly threads: number;
  /** The bytes that outlive a step: weights, statistics, optimizer and metrics. */
  readonly keptBytes: number;
  /**
   * The bytes that the trainer allocates once; without a training, those that inference needs. Missing if `unplanned` says
   * why.
   */
  readonly peakBytes?: number;
  /** A library plans the memory; or the model has very many layers, and only compiling plans it. */
  readonly unplanned?: "library" | "large";
  /** Kernels of one training step (without a training: of inference), with a kernel for each value, and after fusion. */
  readonly kernels?: { readonly before: number; readonly after: number };
}

const multiply = (sizes: readonly number[]): number => sizes.reduce((all, size) => all * size, 1);

const bytesPerNumber = 4;

/** The most values of a model for which a summary plans kernels and memory: planning more takes too long. */
const mostPlanned = 250;

async function measure(
  request: LowerRequest,
  batch: number,
  options: CompileOptions,
): Promise<{ readonly summary: Summary } | { readonly diagnostic: Diagnostic }> {
  const target: Target = targetNamed(options.target) ?? targets.wasm;
  const threads = target.threads ? (options.threads ?? 1) : 1;
  const { lower } = await import("../lower/lower.ts");
  const { flopsByOrigin } = await import("./flops.ts");
  const ops = lower(request);
  const predict = ops.programs.find(({ name }) => name === "predict");
  if (predict === undefined) throw new CompilerBug("a module without 'predict'");
  const { model, training } = request;
  const step = training === undefined ? "predict" : "train_step";
  const unplanned = target.kind === "calls" ? "library" : model.nodes.length > mostPlanned ? "large" : undefined;
  const plan =
    target.kind === "loops" && unplanned === undefined
      ? await planned(request, ops, target, { batch, threads, step }, options)
      : undefined;
  if (plan !== undefined && "diagnostic" in plan) return plan;
  const flops = flopsByOrigin(predict, ops.slots);
  const layers = layersOf(model, flops);
  const count = (trainable: boolean): number =>
    model.weights
      .filter((weight) => weight.trainable === trainable)
      .reduce((sum, weight) => sum + multiply(extents(weight.shape, 1)), 0);
  const summary: Summary = {
    model: model.name,
    batch,
    layers,
    parameters: { trainable: count(true), other: count(false) },
    flops: [...flops.values()].reduce((sum, value) => sum + value, 0),
    bytes: layers.reduce((sum, layer) => sum + layer.bytes, 0),
    higherIsBetter: (training?.metrics ?? [])
      .filter(({ name }) => findMetric(name)?.higherIsBetter === true)
      .map(({ shown }) => shown),
    threads,
    keptBytes: ops.slots
      .filter(({ within }) => within === undefined)
      .reduce((sum, { type }) => sum + bytesPerNumber * multiply(extents(type.shape, 1)), 0),
    ...plan,
    ...(unplanned === undefined ? {} : { unplanned }),
  };
  return { summary };
}

/** Returns the planned memory and kernels; a diagnostic if the target does not have that much memory. */
async function planned(
  { model, training }: LowerRequest,
  ops: Module<Op>,
  target: LoopTarget,
  { batch, threads, step }: { readonly batch: number; readonly threads: number; readonly step: string },
  options: CompileOptions,
): Promise<Required<Pick<Summary, "peakBytes" | "kernels">> | { readonly diagnostic: Diagnostic }> {
  const { strictMath = false } = options;
  const { schedule } = await import("../schedule/schedule.ts");
  const { prims, loops } = await scheduled(ops, target, batch, options);
  const diagnostic = beyondMemory(loops, target, (training ?? model).span);
  if (diagnostic !== undefined) return { diagnostic };
  const kernels = (program: LoopProgram): number =>
    kernelsIn(program.functions.find(({ name }) => name === step)?.steps ?? []).length;
  return {
    peakBytes: await target.memoryBytes(loops, { threads, strictMath }),
    kernels: { before: kernels(schedule(prims, { batch, fusion: false, ...target.schedule })), after: kernels(loops) },
  };
}

/** Returns the summary of the model that the options name (default: the first trained); none if there are errors. */
export async function summarize(
  sources: Sources,
  options: CompileOptions,
): Promise<CheckResult & { readonly summary?: Summary }> {
  const checked = checkChosen(sources, options);
  const { diagnostics, missing, unread = [] } = checked;
  if (!isReady(sources, checked)) return { diagnostics, missing, unread };
  const found = await requested(checked, sources.entry, options);
  if ("diagnostic" in found) return { diagnostics: [...diagnostics, found.diagnostic], missing, unread };
  const batch = batchOf(found.request, options);
  const measured = await measure(found.request, batch, options);
  if ("diagnostic" in measured) return { diagnostics: [...diagnostics, measured.diagnostic], missing, unread };
  return { diagnostics, missing, unread, summary: measured.summary };
}
