// The kernels of a training step or a prediction, with the arithmetic of each and the bytes it moves.

import { lineIndex } from "../base/lineIndex.ts";
import { formulasOf } from "../ir/formulas.ts";
import { turnsOfKernels } from "../ir/steps.ts";
import { batchOf, checkChosen, isReady, requested } from "./choice.ts";
import type { CheckResult, CompileOptions, Sources } from "./options.ts";
import { beyondMemory, loopTargetNamed, scheduled } from "./targets.ts";

export interface PlannedKernel {
  readonly name: string;
  /** The `.nn` line that it comes from, if there is one. */
  readonly line?: number;
  /** Its formulas, one on each line. */
  readonly formula: readonly string[];
  /** Its arithmetic for a whole batch. */
  readonly flops: number;
  /** The bytes it reads and writes for a whole batch, each counted once. */
  readonly bytes: number;
  /** FLOPs per byte: memory bounds a kernel with few, arithmetic one with many. */
  readonly intensity: number;
}

export interface PlannedFunction {
  readonly name: string;
  readonly kernels: readonly PlannedKernel[];
  readonly flops: number;
  readonly bytes: number;
}

export interface Plan {
  readonly model: string;
  readonly target: string;
  readonly batch: number;
  readonly functions: readonly PlannedFunction[];
}

/** Returns the plan of the model that the options name (default: the first with a training); none if there are errors. */
export async function explainPlan(
  sources: Sources,
  options: CompileOptions,
): Promise<CheckResult & { readonly plan?: Plan }> {
  const checked = checkChosen(sources, options);
  const { diagnostics, missing, unread = [] } = checked;
  if (!isReady(sources, checked)) return { diagnostics, missing, unread };
  const found = await requested(checked, sources.entry, options);
  if ("diagnostic" in found) return { diagnostics: [...diagnostics, found.diagnostic], missing, unread };
  const { request } = found;
  const target = loopTargetNamed(options.target);
  const batch = batchOf(request, options);
  const { lower } = await import("../lower/lower.ts");
  const { loops } = await scheduled(lower(request), target, batch, options);
  const problem = beyondMemory(loops, target, (request.training ?? request.model).span);
  if (problem !== undefined) return { diagnostics: [...diagnostics, problem], missing, unread };
  const text = sources.texts.get(sources.entry) ?? "";
  const index = lineIndex(text);
  const functions = loops.functions
    .filter(({ name }) => name === "train_step" || name === "predict")
    .map(({ name, steps }): PlannedFunction => {
      const planned = turnsOfKernels(steps).map(
        ({ kernel, turns }): PlannedKernel => ({
          name: kernel.name,
          ...(kernel.span === undefined || kernel.span.file !== sources.entry
            ? {}
            : { line: index.position(kernel.span.start).line }),
          formula: formulasOf(kernel),
          flops: turns * kernel.flops,
          bytes: turns * kernel.bytes,
          intensity: kernel.flops / Math.max(1, kernel.bytes),
        }),
      );
      const total = (key: "flops" | "bytes"): number => planned.reduce((sum, kernel) => sum + kernel[key], 0);
      return { name, kernels: planned, flops: total("flops"), bytes: total("bytes") };
    });
  return {
    diagnostics,
    missing,
    unread,
    plan: { model: request.model.name, target: options.target, batch, functions },
  };
}
