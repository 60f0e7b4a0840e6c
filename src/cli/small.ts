// `nnc compile FILE --predict --weights W`: writes the forward pass of a trained model as a module for a page or a server.

import { compileSmall } from "../driver/small.ts";
import { load } from "../host/load.ts";
import { readWeights } from "../host/weights.ts";
import { type CompileFlags, compileOptions } from "./compiled.ts";
import { EXIT, type ExitCode, Refusal, usageError } from "./exit.ts";
import { exitFor, settingTexts, showDiagnostics, shownPath, withoutHints } from "./output.ts";
import { writeOutputs } from "./writeOutputs.ts";

export interface SmallFlags {
  readonly predict?: boolean;
  readonly weights?: string;
  readonly weightsBeside?: boolean;
  readonly half?: boolean;
  readonly emit?: string;
  readonly out?: string;
  readonly force?: boolean;
}

/** Says what is wrong with the flags together. */
export function smallProblem(flags: SmallFlags & Pick<CompileFlags, "target">): string | undefined {
  const { predict, weights, weightsBeside, half, emit, target } = flags;
  if (predict !== true) {
    const alone = [weights && "--weights", weightsBeside && "--weights-beside", half && "--half"].find(Boolean);
    return alone ? `${alone} goes with --predict, which writes the forward pass alone` : undefined;
  }
  if (emit !== undefined) return `--emit ${emit} prints a stage of a trainer: leave out --predict`;
  return target === "tfjs"
    ? "--predict: targets wasm and js can; nnc export writes a model for TensorFlow.js"
    : undefined;
}

/** Writes the module, or nothing unless everything fits. */
export async function compileSmallCommand(
  file: string,
  flags: SmallFlags & CompileFlags,
  defaultFolder: string,
): Promise<ExitCode> {
  const { weights: path, weightsBeside = false, half = false } = flags;
  const weights = path === undefined ? undefined : readWeights(path);
  if (weights !== undefined && "unreadable" in weights) throw usageError(weights.unreadable);
  if (weights !== undefined && "corrupt" in weights) throw new Refusal(EXIT.failed, weights.corrupt);
  const options = {
    ...compileOptions(flags),
    ...(weights === undefined || path === undefined ? {} : { weights: { name: path, ...weights.ok } }),
    ...{ beside: weightsBeside, half },
  };
  const loaded = await load(file, (sources) => compileSmall(sources, options), new Map(), flags.data);
  if ("problem" in loaded) throw usageError(loaded.problem);
  const { diagnostics, result, texts } = loaded.ok;
  showDiagnostics(withoutHints(diagnostics), new Map([...texts, ...settingTexts(options.set)]));
  const exit = exitFor(diagnostics);
  if (exit !== EXIT.fine) return exit;
  if (result.untrained === true)
    throw usageError("--predict needs the trained weights: --weights FILE, as nnc train --save writes it");
  if (result.problem !== undefined) throw new Refusal(EXIT.errors, result.problem);
  if (result.beyond !== undefined)
    throw new Refusal(
      EXIT.errors,
      `${shownPath(path ?? "")}: '${result.beyond}' has a number that 16 bits cannot hold; leave out --half`,
    );
  const inputs = [...texts.keys(), ...(path === undefined ? [] : [path])];
  writeOutputs(flags.out ?? defaultFolder, result.files, { inputs, force: flags.force === true });
  return EXIT.fine;
}
