// The targets: how each wants its LoopProgram, how much memory it takes, and what makes its trainer. Their code loads when
// it is needed.

import { inStepAsync } from "../base/compilerBug.ts";
import type { Span } from "../base/span.ts";
import { diagnose } from "../diagnostics/catalogue.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Call, Gradient, Module, Prim } from "../ir/graph.ts";
import type { LoopProgram } from "../ir/loops.ts";
import type { PrimOptions } from "../passes/index.ts";
import type { ScheduleOptions } from "../schedule/schedule.ts";
import type { CallRequest, LoopRequest, TrainerFiles } from "../targets/trainer.ts";
import type { CompileOptions, TargetName } from "./options.ts";

type OpModule = Module<Prim | Call | Gradient>;

/** A target whose programs are loop nests over memory that the compiler plans. */
export interface LoopTarget {
  readonly kind: "loops";
  readonly prims: PrimOptions;
  readonly schedule: Pick<ScheduleOptions, "sampleSums" | "joinContracts">;
  /** Whether threads can share the work. */
  readonly threads: boolean;
  /** The arena cannot be larger, in bytes. */
  readonly mostBytes: number;
  /** What a trainer allocates, once, in bytes. */
  memoryBytes(
    program: LoopProgram,
    options: { readonly threads: number; readonly strictMath: boolean },
  ): Promise<number>;
  emit(request: LoopRequest): Promise<TrainerFiles | undefined>;
}
/** A target whose programs call a library, which plans loops and memory by itself. */
export interface CallTarget {
  readonly kind: "calls";
  readonly threads: false;
  emit(request: CallRequest): Promise<TrainerFiles | undefined>;
}
export type Target = LoopTarget | CallTarget;

export const targets = {
  wasm: {
    kind: "loops",
    prims: { adds: true, winograd: true, fold: true },
    schedule: { sampleSums: false, joinContracts: true },
    threads: true,
    // Of the 4 GiB that 32 bits can address, some are left for threads.
    mostBytes: 2 ** 32 - 2 ** 26,
    async memoryBytes(program, { threads, strictMath }) {
      const { layout, memoryOf } = await import("../targets/wasm/forms.ts");
      return memoryOf(layout(program, strictMath), threads);
    },
    emit: (request) =>
      inStepAsync("target wasm", async () => (await import("../targets/wasm/emit.ts")).emitTrainer(request)),
  },
  js: {
    kind: "loops",
    prims: { fold: true },
    schedule: {},
    threads: false,
    // What a typed array of f32 can span.
    mostBytes: 2 ** 33,
    memoryBytes: async (program) => program.arenaBytes,
    emit: (request) =>
      inStepAsync("target js", async () => (await import("../targets/js/emit.ts")).emitTrainer(request)),
  },
  tfjs: {
    kind: "calls",
    threads: false,
    emit: (request) =>
      inStepAsync("target tfjs", async () => (await import("../targets/tfjs/emit.ts")).emitTrainer(request)),
  },
} satisfies Readonly<Record<TargetName, Target>>;

/** A target by its name, which may be anybody's text. */
export const targetNamed = (name: string): Target | undefined =>
  Object.hasOwn(targets, name) ? targets[name as TargetName] : undefined;

/** The target whose loops a stage or a plan shows: the default where there is none of that name. Throws where it has none. */
export function loopTargetNamed(name: string): LoopTarget {
  const target = targetNamed(name) ?? targets.wasm;
  if (target.kind === "calls") throw new Error(`target ${name} has no loops: its library plans how its operations run`);
  return target;
}

/** What the passes do for a target. Strict arithmetic computes every sum as it is written. */
export const primOptions = (
  { prims }: LoopTarget,
  { strictMath = false, winograd = true }: Pick<CompileOptions, "strictMath" | "winograd">,
): PrimOptions => ({
  ...prims,
  winograd: prims.winograd === true && winograd && !strictMath,
  fold: prims.fold === true && !strictMath,
});

/** NN501 where a program needs more memory than its target can address. `span`: of its training, or its model. */
export function beyondMemory(
  { arenaBytes, batch }: LoopProgram,
  { mostBytes }: LoopTarget,
  span: Span,
): Diagnostic | undefined {
  if (arenaBytes <= mostBytes) return undefined;
  const needs = { bytes: arenaBytes, batch };
  return diagnose({ code: "NN501", span, reason: "limit", what: "memory", most: mostBytes, needs });
}

/** A module as a target wants it: its primitives, and its loop nests for at most `batch` samples. Loads the compiler. */
export async function scheduled(
  ops: OpModule,
  target: LoopTarget,
  batch: number,
  options: Pick<CompileOptions, "strictMath" | "winograd">,
): Promise<{ readonly prims: Module<Prim>; readonly loops: LoopProgram }> {
  const { toPrims } = await import("../passes/index.ts");
  const { schedule } = await import("../schedule/schedule.ts");
  const prims = toPrims(ops, primOptions(target, options));
  return { prims, loops: schedule(prims, { batch, ...target.schedule }) };
}
