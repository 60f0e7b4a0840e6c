// `nnc export FILE --format NAME --weights FILE`: writes a trained model for another program to open.

import { basename, join } from "node:path";
import { exportProgram } from "../../driver/export.ts";
import { load } from "../../host/load.ts";
import { readWeights } from "../../host/weights.ts";
import { EXIT, type ExitCode, Refusal, usageError } from "../exit.ts";
import { exitFor, settingTexts, showDiagnostics, withoutHints } from "../output.ts";
import { writeOutputs } from "../writeOutputs.ts";

export interface ExportFlags {
  readonly format: string;
  readonly weights?: string;
  readonly out?: string;
  readonly force?: boolean;
  readonly data?: string;
  readonly model?: string;
  readonly set?: ReadonlyMap<string, string>;
}

/** `models/mnist.nn` → `codegen-out/mnist-tfjs` */
const defaultFolder = (file: string, format: string): string =>
  join("codegen-out", `${basename(file).replace(/\.nn$/, "")}-${format}`);

/** Writes the exported model, or nothing unless everything fits. */
export async function exportCommand(file: string, flags: ExportFlags): Promise<ExitCode> {
  const { format, weights: path, model, set } = flags;
  if (path === undefined)
    throw usageError(
      `nnc export needs the weights of the trained model: --weights FILE\n  nnc train ${file} --save FILE makes such a file`,
    );
  const weights = readWeights(path);
  if ("unreadable" in weights) throw usageError(weights.unreadable);
  if ("corrupt" in weights) throw new Refusal(EXIT.failed, weights.corrupt);
  const options = {
    format,
    weights: { name: path, tensors: weights.ok.tensors },
    ...(model === undefined ? {} : { training: model }),
    ...(set === undefined ? {} : { set }),
  };
  const loaded = await load(file, (sources) => exportProgram(sources, options), new Map(), flags.data);
  if ("problem" in loaded) throw usageError(loaded.problem);
  const { diagnostics, result: exported, texts } = loaded.ok;
  showDiagnostics(withoutHints(diagnostics), new Map([...texts, ...settingTexts(set)]));
  const exit = exitFor(diagnostics);
  if (exit !== EXIT.fine) return exit;
  const inputs = [...texts.keys(), path];
  writeOutputs(flags.out ?? defaultFolder(file, format), exported.files, { inputs, force: flags.force === true });
  return EXIT.fine;
}
