// `nnc evaluate FILE --weights W`: the results of trained weights on the rows to test with.

import { dirname } from "node:path";
import { runTrainer } from "../../host/run.ts";
import { type CompileFlags, compiled, compileOptions } from "../compiled.ts";
import { EXIT, type ExitCode, Refusal } from "../exit.ts";

export interface EvaluateFlags extends CompileFlags {
  readonly weights: string;
  readonly memory?: string;
  readonly json?: boolean;
}

/** Compiles, evaluates, and returns the exit code of the trainer. */
export async function evaluateCommand(file: string, flags: EvaluateFlags): Promise<ExitCode> {
  const trainer = await compiled(file, { ...compileOptions(flags), mustTrain: true, tool: "written" }, flags.data);
  if ("exit" in trainer) return trainer.exit;
  const args = [`--data=${dirname(file)}`, `--evaluate=${flags.weights}`];
  if (flags.data !== undefined) args.push(`--data=${flags.data}`);
  if (flags.threads !== undefined) args.push("--threads", String(flags.threads));
  if (flags.memory !== undefined) args.push("--memory", flags.memory);
  if (flags.json === true) args.push("--json");
  const ended = await runTrainer(trainer.outputs, { args, inputs: [...trainer.inputs, flags.weights] });
  if ("problem" in ended) throw new Refusal(EXIT.failed, ended.problem);
  return ended.ok;
}
