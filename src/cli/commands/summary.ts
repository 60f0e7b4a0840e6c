// `nnc summary FILE`: prints a table of layers and their costs.

import { availableParallelism } from "node:os";
import { safeText, shorten } from "../../diagnostics/render/displayText.ts";
import { type Summary, summarize } from "../../driver/summary.ts";
import { load } from "../../host/load.ts";
import { type CompileFlags, compileOptions } from "../compiled.ts";
import { EXIT, type ExitCode, usageError } from "../exit.ts";
import { exitFor, jsonLine, result, settingTexts, showDiagnostics, withoutHints } from "../output.ts";
import { count, table } from "../table.ts";

const widestText = 44;
export function summaryText(summary: Summary): string {
  const rows = [
    ["layer", "", "output", "parameters", "FLOPs", "bytes"],
    ...summary.layers.map(({ path, text, shape, parameters, flops, bytes }) => [
      safeText(path),
      shorten(text.replace(/\s+/g, " "), widestText),
      shape,
      count(parameters),
      count(flops),
      count(bytes),
    ]),
    [
      "total",
      "",
      "",
      count(summary.parameters.trainable + summary.parameters.other),
      count(summary.flops),
      count(summary.bytes),
    ],
  ];
  const { parameters } = summary;
  const other = parameters.other > 0 ? `, ${count(parameters.other)} not trained` : "";
  return (
    `${safeText(summary.model)}\n\n${table(rows, 3)}\n` +
    "FLOPs and bytes are for one sample's inference: arithmetic, and weights plus the layer's output.\n" +
    `parameters    ${count(parameters.trainable)} trained${other}\n` +
    memoryText(summary)
  );
}

const bytesText = (bytes: number): string => `${count(bytes)} bytes (${(bytes / 2 ** 20).toFixed(1)} MiB)`;

function memoryText({ batch, threads, keptBytes, peakBytes, kernels, unplanned }: Summary): string {
  if (peakBytes === undefined || kernels === undefined) {
    const peak =
      unplanned === "large"
        ? "with this many layers, only nnc compile plans the peak within a step"
        : "TensorFlow.js decides the peak within a step";
    return `memory        ${bytesText(keptBytes)} outlive a step: weights, optimizer, metrics; ${peak}\n`;
  }
  return (
    `peak memory   ${bytesText(peakBytes)} at batch ${batch} on ${threads} ${threads === 1 ? "thread" : "threads"}, allocated once, without the data set\n` +
    `kernels       ${kernels.after} in one training step; ${kernels.before} before fusion\n`
  );
}

export async function summary(file: string, flags: CompileFlags & { readonly json?: boolean }): Promise<ExitCode> {
  const options = compileOptions(flags);
  const loaded = await load(
    file,
    (sources) => summarize(sources, { threads: availableParallelism(), ...options }),
    new Map(),
    flags.data,
  );
  if ("problem" in loaded) throw usageError(loaded.problem);
  const { diagnostics, result: found, texts } = loaded.ok;
  showDiagnostics(withoutHints(diagnostics), new Map([...texts, ...settingTexts(flags.set)]));
  if (found.summary === undefined) return exitFor(diagnostics);
  result(flags.json === true ? jsonLine(found.summary) : summaryText(found.summary));
  return EXIT.fine;
}
