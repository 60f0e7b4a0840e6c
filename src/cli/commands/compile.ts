// `nnc compile FILE`: writes the trainer's folder, or prints a stage of the compiler.

import { basename, join } from "node:path";
import type { EmitStage } from "../../driver/options.ts";
import { type CompileFlags, compiled, compileOptions } from "../compiled.ts";
import { EXIT, type ExitCode, usageError } from "../exit.ts";
import { result } from "../output.ts";
import { compileSmallCommand, type SmallFlags, smallProblem } from "../small.ts";
import { writeOutputs } from "../writeOutputs.ts";

export interface CompileCommandFlags extends CompileFlags, SmallFlags {
  readonly emit?: EmitStage;
}

/** `models/mnist.nn` → `codegen-out/mnist` */
export const defaultFolder = (file: string): string => join("codegen-out", basename(file).replace(/\.nn$/, ""));

export async function compileCommand(file: string, flags: CompileCommandFlags): Promise<ExitCode> {
  const options = compileOptions(flags);
  const small = smallProblem(flags);
  if (small !== undefined) throw usageError(small);
  if (flags.predict === true) return compileSmallCommand(file, flags, `${defaultFolder(file)}-predict`);
  if (flags.emit !== undefined) {
    if (flags.out !== undefined)
      throw usageError(`--emit ${flags.emit} prints a stage on stdout and writes no folder: leave out -o ${flags.out}`);
    if (flags.target === "tfjs" && (flags.emit === "loops" || flags.emit === "wat"))
      throw usageError(
        `--emit ${flags.emit}: target tfjs has no loops; --emit prims shows what its operations compute`,
      );
    const stage = await compiled(file, { ...options, emit: flags.emit }, flags.data);
    if ("exit" in stage) return stage.exit;
    for (const text of stage.outputs.values()) result(text);
    return EXIT.fine;
  }
  const trainer = await compiled(file, options, flags.data);
  if ("exit" in trainer) return trainer.exit;
  writeOutputs(flags.out ?? defaultFolder(file), trainer.outputs, {
    inputs: trainer.inputs,
    force: flags.force === true,
  });
  return EXIT.fine;
}
