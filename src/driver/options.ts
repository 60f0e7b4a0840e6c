// What a compilation is asked for and what it gives back. Pure data: host reads files, driver never does.

import type { Diagnostic } from "../diagnostics/diagnostic.ts";

export type EmitStage = "ast" | "model" | "ops" | "prims" | "loops" | "wat";

/** The first one is the default. */
export const targetNames = ["wasm", "js", "tfjs"] as const;
export type TargetName = (typeof targetNames)[number];

/** What trained models can be exported to. */
export const formatNames = ["tfjs"] as const;
export type FormatName = (typeof formatNames)[number];

export interface CompileOptions {
  /** Which of the program's trainings, by model name; default: the only or first one. */
  readonly training?: string;
  /** One of `targetNames`; another is an error of the program's training. */
  readonly target: string;
  /** Only arithmetic that gives the same bits on every machine: no relaxed SIMD. */
  readonly strictMath?: boolean;
  /** Whether 3 × 3 convolutions may be computed over tiles (Winograd), where the target can. Default true. */
  readonly winograd?: boolean;
  /** Threads that memory is planned for, where it is asked for. Default 1. */
  readonly threads?: number;
  /** Overrides the training's clause. */
  readonly batch?: number;
  readonly epochs?: number;
  readonly seed?: number;
  /** `--set width=256`: constants, and parameters of the model. Values as source text of an expression. */
  readonly set?: ReadonlyMap<string, string>;
  /** Print this stage instead of making a trainer. */
  readonly emit?: EmitStage;
}

/** Texts by path, as far as they are known. */
export interface Sources {
  readonly entry: string;
  readonly texts: ReadonlyMap<string, string>;
}

/** Paths (relative to the entry) that imports name and `texts` lacks: load them and call again. */
export interface CheckResult {
  readonly diagnostics: readonly Diagnostic[];
  readonly missing: readonly string[];
}

/** Files by relative path. */
export interface CompileResult extends CheckResult {
  readonly outputs: ReadonlyMap<string, string>;
}
