// What a compilation is asked for and what it gives back. Pure data: host reads files, driver never does.

import type { Diagnostic } from "../diagnostics/diagnostic.ts";

export type EmitStage = "ast" | "model" | "ops" | "prims" | "loops";

export interface CompileOptions {
  /** Which of the program's trainings, by model name; default: the only or first one. */
  readonly training?: string;
  readonly target: string;
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
