// Compiles one file for the commands that need a result: shows its diagnostics, and refuses a file with errors.

import { type Compiled, compile } from "../driver/compile.ts";
import type { CompileOptions } from "../driver/options.ts";
import { load } from "../host/load.ts";
import { EXIT, usageError } from "./exit.ts";
import { exitFor, settingTexts, showDiagnostics, withoutHints } from "./output.ts";

/** Options that several commands share, as commander gives them. */
export interface CompileFlags {
  readonly target: string;
  readonly model?: string;
  readonly batch?: number;
  readonly epochs?: number;
  readonly seed?: number;
  readonly set?: ReadonlyMap<string, string>;
  readonly threads?: number;
  readonly strictMath?: boolean;
  readonly winograd?: boolean;
  /** The folder with files of data, whose columns the checker wants to know. */
  readonly data?: string;
}

export function compileOptions(flags: CompileFlags): CompileOptions {
  const { target, model, batch, epochs, seed, set, strictMath, winograd, threads } = flags;
  if (threads !== undefined && threads > 1 && (target === "js" || target === "tfjs"))
    throw usageError(`--threads ${threads}: target ${target} runs on one thread`);
  if (strictMath === true && target === "tfjs")
    throw usageError("--strict-math: TensorFlow.js rounds as its backend does; targets wasm and js can be strict");
  return {
    target,
    ...(model === undefined ? {} : { training: model }),
    ...(batch === undefined ? {} : { batch }),
    ...(epochs === undefined ? {} : { epochs }),
    ...(seed === undefined ? {} : { seed }),
    ...(set === undefined ? {} : { set }),
    ...(strictMath === undefined ? {} : { strictMath }),
    ...(winograd === undefined ? {} : { winograd }),
    ...(threads === undefined ? {} : { threads }),
  };
}

/** The outputs of the compiler, and the files it read. */
export interface CompiledFile extends Compiled {
  readonly inputs: readonly string[];
}

/** Returns the outputs, or the exit code after showing the errors of a program. Refuses an unreadable file. */
export async function compiled(
  file: string,
  options: CompileOptions,
  data?: string,
): Promise<CompiledFile | { readonly exit: number }> {
  const loaded = await load(file, (sources) => compile(sources, options), new Map(), data);
  if ("problem" in loaded) throw usageError(loaded.problem);
  const { diagnostics, result, texts } = loaded.ok;
  showDiagnostics(withoutHints(diagnostics), new Map([...texts, ...settingTexts(options.set)]));
  const exit = exitFor(diagnostics);
  return exit === EXIT.fine ? { ...result, inputs: [...texts.keys()] } : { exit };
}
