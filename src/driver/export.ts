// Texts and weights → the files of another program's format, for predictions of the model with these weights.

import { CompilerBug } from "../base/compilerBug.ts";
import { diagnose } from "../diagnostics/catalogue.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { MOST_UNROLLED } from "../export/format.ts";
import type { LowerRequest } from "../lower/lower.ts";
import { checkChosen, isReady, requested } from "./choice.ts";
import { formatNamed } from "./formats.ts";
import { type CheckResult, type CompileOptions, formatNames, type Sources } from "./options.ts";
import { fitWeights, type WeightFile } from "./weights.ts";

export interface ExportOptions extends Pick<CompileOptions, "training" | "set"> {
  /** One of `formatNames`; another is an error of the model. */
  readonly format: string;
  /** The weights, as `--save` and `model.save()` write them. */
  readonly weights: WeightFile;
}

/** The files by name; none if there are errors. */
export interface ExportResult extends CheckResult {
  readonly files: ReadonlyMap<string, string | Uint8Array>;
}

type Written = { readonly files: ExportResult["files"] } | { readonly diagnostic: Diagnostic };

async function write(request: LowerRequest, { format: name, weights }: ExportOptions, entry: string): Promise<Written> {
  const { model } = request;
  const { span } = model;
  const format = formatNamed(name);
  if (format === undefined)
    return { diagnostic: diagnose({ code: "NN002", span, what: "format", name, nearest: [...formatNames] }) };
  const { lower } = await import("../lower/lower.ts");
  const { slots, programs } = lower(request);
  const fitted = fitWeights(slots, weights);
  if ("misfit" in fitted)
    return { diagnostic: diagnose({ code: "NN503", span, file: weights.name, model: model.name, ...fitted.misfit }) };
  const { toWholePrims } = await import("../passes/index.ts");
  const module = toWholePrims(
    { slots, programs: programs.filter((graph) => graph.name === "predict") },
    { unroll: MOST_UNROLLED },
  );
  const [graph] = module.programs;
  if (graph === undefined) throw new CompilerBug(`model ${model.name} predicts nothing`);
  const written = await format.write({
    graph,
    weights: fitted.weights,
    inputs: model.inputs.flatMap(({ name, value }) => {
      const type = model.nodes[value]?.type;
      return type === undefined ? [] : [{ name, type }];
    }),
    metadata: { producer: "nnc", program: entry.split("/").at(-1) ?? entry, model: model.name },
  });
  if ("files" in written) return written;
  const { span: place = span, what } = written.unexportable;
  return { diagnostic: diagnose({ code: "NN504", span: place, model: model.name, format: name, what }) };
}

/**
 * Exports the prediction of a model, with the weights of a file. `missing` names imports to load before the next call.
 * Never throws because of the content of a text or of a weights file.
 */
export async function exportProgram(sources: Sources, options: ExportOptions): Promise<ExportResult> {
  const checked = checkChosen(sources, options);
  const { diagnostics, missing, unread = [] } = checked;
  const none: ExportResult = { diagnostics, missing, unread, files: new Map() };
  if (!isReady(sources, checked)) return none;
  const found = await requested(checked, sources.entry, options);
  const written: Written = "diagnostic" in found ? found : await write(found.request, options, sources.entry);
  if ("diagnostic" in written) return { ...none, diagnostics: [...diagnostics, written.diagnostic] };
  return { ...none, files: written.files };
}
