// The targets: how each wants its LoopProgram, how much memory it takes, and what makes its trainer. Their code loads when
// it is needed.

import type { Call, Gradient, Module, Prim } from "../ir/graph.ts";
import type { LoopProgram } from "../ir/loops.ts";
import type { PrimOptions } from "../passes/index.ts";
import type { ScheduleOptions } from "../schedule/schedule.ts";
import type { TrainerFiles, TrainerRequest } from "../targets/trainer.ts";
import type { CompileOptions, TargetName } from "./options.ts";

type OpModule = Module<Prim | Call | Gradient>;

export interface Target {
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
  emit(request: TrainerRequest): Promise<TrainerFiles | undefined>;
}

export const targets: Readonly<Record<TargetName, Target>> = {
  wasm: {
    prims: { adds: true, winograd: true, fold: true },
    schedule: { sampleSums: false, joinContracts: true },
    threads: true,
    // Of the 4 GiB that 32 bits can address, some are left for threads.
    mostBytes: 2 ** 32 - 2 ** 26,
    async memoryBytes(program, { threads, strictMath }) {
      const { layout, memoryOf } = await import("../targets/wasm/forms.ts");
      return memoryOf(layout(program, strictMath), threads);
    },
    emit: async (request) => (await import("../targets/wasm/emit.ts")).emitTrainer(request),
  },
  js: {
    prims: { fold: true },
    schedule: {},
    threads: false,
    // What a typed array of f32 can span.
    mostBytes: 2 ** 33,
    memoryBytes: async (program) => program.arenaBytes,
    emit: async (request) => (await import("../targets/js/emit.ts")).emitTrainer(request),
  },
  tfjs: {
    prims: {},
    schedule: {},
    threads: false,
    mostBytes: 2 ** 33,
    // The backend allocates; the plan of target `js` says about how much.
    memoryBytes: async (program) => program.arenaBytes,
    emit: async (request) => (await import("../targets/tfjs/emit.ts")).emitTrainer(request),
  },
};

/** A target by its name, which may be anybody's text. */
export const targetNamed = (name: string): Target | undefined =>
  Object.hasOwn(targets, name) ? targets[name as TargetName] : undefined;

/** What the passes do for a target. Strict arithmetic computes every sum as it is written. */
export const primOptions = (
  { prims }: Target,
  { strictMath = false, winograd = true }: Pick<CompileOptions, "strictMath" | "winograd">,
): PrimOptions => ({
  ...prims,
  winograd: prims.winograd === true && winograd && !strictMath,
  fold: prims.fold === true && !strictMath,
});

/** A module as a target wants it: its primitives, and its loop nests for at most `batch` samples. Loads the compiler. */
export async function scheduled(
  ops: OpModule,
  target: Target,
  batch: number,
  options: Pick<CompileOptions, "strictMath" | "winograd">,
): Promise<{ readonly prims: Module<Prim>; readonly loops: LoopProgram }> {
  const { toPrims } = await import("../passes/index.ts");
  const { schedule } = await import("../schedule/schedule.ts");
  const prims = toPrims(ops, primOptions(target, options));
  return { prims, loops: schedule(prims, { batch, ...target.schedule }) };
}
