// The targets: the form of each one's LoopProgram, its need of memory, and the writer of its trainer. Their code loads only
// when needed.

import { inStepAsync } from "../base/compilerBug.ts";
import type { Span } from "../base/span.ts";
import { diagnose } from "../diagnostics/catalogue.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Module, Op, Prim } from "../ir/graph.ts";
import type { LoopProgram } from "../ir/loops.ts";
import type { PrimOptions } from "../passes/index.ts";
import type { ScheduleOptions } from "../schedule/schedule.ts";
import type { PredictorCodeText } from "../targets/predictor.ts";
import type { CallRequest, LoopRequest, TrainerFiles } from "../targets/trainer.ts";
import type { CompileOptions, TargetName } from "./options.ts";

type OpModule = Module<Op>;

/** A target whose programs are loop nests over memory that the compiler plans. */
export interface LoopTarget {
  readonly kind: "loops";
  readonly prims: PrimOptions;
  readonly schedule: Pick<ScheduleOptions, "sampleSums" | "joinContracts" | "turnMemory">;
  /** Whether several threads can share the work. */
  readonly threads: boolean;
  /** The largest possible arena, in bytes. */
  readonly mostBytes: number;
  /** Returns the bytes that a trainer allocates once. */
  memoryBytes(
    program: LoopProgram,
    options: { readonly threads: number; readonly strictMath: boolean },
  ): Promise<number>;
  emit(request: LoopRequest): Promise<TrainerFiles | undefined>;
  /** Writes the forward pass alone. */
  predictor(program: LoopProgram): Promise<PredictorCodeText>;
}
/** A target whose programs call a library, which plans loops and memory itself. */
export interface CallTarget {
  readonly kind: "calls";
  readonly threads: false;
  emit(request: CallRequest): Promise<TrainerFiles | undefined>;
}
export type Target = LoopTarget | CallTarget;

export const targets = {
  wasm: {
    kind: "loops",
    prims: { adds: true, winograd: true, fold: true, sumBySample: true },
    schedule: { sampleSums: false, joinContracts: true, turnMemory: true },
    threads: true,
    // Threads need a part of the 4 GiB that 32 bits can address.
    mostBytes: 2 ** 32 - 2 ** 26,
    async memoryBytes(program, { threads, strictMath }) {
      const { layout, memoryOf } = await import("../targets/wasm/forms.ts");
      return memoryOf(layout(program, strictMath), threads);
    },
    emit: (request) =>
      inStepAsync("target wasm", async () => (await import("../targets/wasm/emit.ts")).emitTrainer(request)),
    predictor: (program) =>
      inStepAsync("target wasm", async () => (await import("../targets/wasm/predictor.ts")).predictorCode(program)),
  },
  js: {
    kind: "loops",
    prims: { fold: true },
    schedule: {},
    threads: false,
    // The largest span of a typed array of f32.
    mostBytes: 2 ** 33,
    memoryBytes: async (program) => program.arenaBytes,
    emit: (request) =>
      inStepAsync("target js", async () => (await import("../targets/js/emit.ts")).emitTrainer(request)),
    predictor: (program) =>
      inStepAsync("target js", async () => (await import("../targets/js/program.ts")).predictorText(program)),
  },
  tfjs: {
    kind: "calls",
    threads: false,
    emit: (request) =>
      inStepAsync("target tfjs", async () => (await import("../targets/tfjs/emit.ts")).emitTrainer(request)),
  },
} satisfies Readonly<Record<TargetName, Target>>;

/** Returns a target by its name, which may be any text. */
export const targetNamed = (name: string): Target | undefined =>
  Object.hasOwn(targets, name) ? targets[name as TargetName] : undefined;

/** Returns the target whose loops a stage or a plan shows, the default for an unknown name. Throws if it has no loops. */
export function loopTargetNamed(name: string): LoopTarget {
  const target = targetNamed(name) ?? targets.wasm;
  if (target.kind === "calls") throw new Error(`target ${name} has no loops: its library plans how its operations run`);
  return target;
}

/** Returns the options of the passes for a target. Strict arithmetic computes every sum as written. */
export const primOptions = (
  { prims }: LoopTarget,
  { strictMath = false, winograd = true }: Pick<CompileOptions, "strictMath" | "winograd">,
): PrimOptions => ({
  ...prims,
  winograd: prims.winograd === true && winograd && !strictMath,
  fold: prims.fold === true && !strictMath,
  sumBySample: prims.sumBySample === true && !strictMath,
});

/** Returns NN501 if a program needs more memory than its target can address. `span`: of its training or model. */
export function beyondMemory(
  { arenaBytes, batch }: LoopProgram,
  { mostBytes }: LoopTarget,
  span: Span,
): Diagnostic | undefined {
  if (arenaBytes <= mostBytes) return undefined;
  const needs = { bytes: arenaBytes, batch };
  return diagnose({ code: "NN501", span, reason: "limit", what: "memory", most: mostBytes, needs });
}

/** Returns a module's primitives, and its loop nests for at most `batch` samples, for a target. Loads the compiler. */
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
