// `nnc predict FILE --weights W`: what a trained model says about rows of data, a table, a text or pictures.

import { dirname } from "node:path";
import { runTrainer } from "../../host/run.ts";
import { type CompileFlags, compiled, compileOptions } from "../compiled.ts";
import { EXIT, type ExitCode, Refusal } from "../exit.ts";

export interface PredictFlags extends CompileFlags {
  readonly weights?: string;
  readonly input?: string;
  readonly out?: string;
  readonly format?: string;
  readonly force?: boolean;
  readonly outputs?: string;
  readonly prompt?: string;
  readonly length?: number;
  readonly temperature?: number;
  readonly topK?: number;
  readonly seed?: number;
}

/** Compiles a predictor, runs it, and returns its exit code. */
export async function predictCommand(file: string, flags: PredictFlags): Promise<ExitCode> {
  const options = { ...compileOptions(flags), mustTrain: true, predictor: true };
  const predictor = await compiled(file, options, flags.data);
  if ("exit" in predictor) return predictor.exit;
  const args = [`--data=${dirname(file)}`];
  if (flags.weights !== undefined) args.push(`--weights=${flags.weights}`);
  if (flags.data !== undefined) args.push(`--data=${flags.data}`);
  if (flags.input !== undefined) args.push(`--input=${flags.input}`);
  if (flags.out !== undefined) args.push(`--out=${flags.out}`);
  if (flags.format !== undefined) args.push(`--format=${flags.format}`);
  if (flags.force === true) args.push("--force");
  if (flags.outputs !== undefined) args.push(`--outputs=${flags.outputs}`);
  if (flags.prompt !== undefined) args.push(`--prompt=${flags.prompt}`);
  if (flags.length !== undefined) args.push(`--length=${flags.length}`);
  if (flags.temperature !== undefined) args.push(`--temperature=${flags.temperature}`);
  if (flags.topK !== undefined) args.push(`--top-k=${flags.topK}`);
  if (flags.seed !== undefined) args.push(`--seed=${flags.seed}`);
  const ended = await runTrainer(predictor.outputs, { args, inputs: predictor.inputs });
  if ("problem" in ended) throw new Refusal(EXIT.failed, ended.problem);
  return ended.ok;
}
