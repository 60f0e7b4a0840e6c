// `nnc compile FILE`: writes the trainer's folder, or prints a stage of the compiler.

import { basename, join } from "node:path";
import type { EmitStage } from "../../driver/options.ts";
import { writeFolder } from "../../host/write.ts";
import { type CompileFlags, compiled, compileOptions } from "../compiled.ts";
import { EXIT, type ExitCode, Refusal, usageError } from "../exit.ts";
import { result } from "../output.ts";

export interface CompileCommandFlags extends CompileFlags {
  readonly out?: string;
  readonly emit?: EmitStage;
}

/** `models/mnist.nn` → `codegen-out/mnist` */
export const defaultFolder = (file: string): string => join("codegen-out", basename(file).replace(/\.nn$/, ""));

export async function compileCommand(file: string, flags: CompileCommandFlags): Promise<ExitCode> {
  const options = compileOptions(flags);
  if (flags.emit !== undefined) {
    if (flags.target === "tfjs" && (flags.emit === "loops" || flags.emit === "wat"))
      throw usageError(
        `--emit ${flags.emit}: target tfjs has no loops; --emit prims shows what its operations compute`,
      );
    const stage = await compiled(file, { ...options, emit: flags.emit });
    if ("exit" in stage) return stage.exit;
    for (const text of stage.outputs.values()) result(text);
    return EXIT.fine;
  }
  const trainer = await compiled(file, options);
  if ("exit" in trainer) return trainer.exit;
  const written = writeFolder(flags.out ?? defaultFolder(file), trainer.outputs);
  if ("problem" in written) throw new Refusal(EXIT.failed, written.problem);
  result(written.ok.map((path) => `${path}\n`).join(""));
  return EXIT.fine;
}
