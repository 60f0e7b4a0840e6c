// `nnc summary FILE`: a table of layers and what they cost.

import { availableParallelism } from "node:os";
import { displayWidth, padDisplay, safeText, shorten } from "../../diagnostics/render/displayText.ts";
import { type Summary, summarize } from "../../driver/summary.ts";
import { load } from "../../host/load.ts";
import { type CompileFlags, compileOptions } from "../compiled.ts";
import { EXIT, type ExitCode, usageError } from "../exit.ts";
import { exitFor, result, settingTexts, showDiagnostics, withoutHints } from "../output.ts";

const widestText = 44;
const count = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ",");

/** Columns padded to their widest cell; all but the first `left` columns are numbers, aligned at the right. */
function table(rows: readonly (readonly string[])[], left: number): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => displayWidth(row[i] ?? ""))));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => {
        const width = widths[i] ?? 0;
        return i < left ? padDisplay(cell, width) : " ".repeat(Math.max(0, width - displayWidth(cell))) + cell;
      })
      .join("   ")
      .trimEnd();
  return rows.map((row) => `${line(row)}\n`).join("");
}

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
  const { parameters, kernels, batch, peakBytes, threads } = summary;
  const other = parameters.other > 0 ? `, ${count(parameters.other)} not trained` : "";
  return (
    `${safeText(summary.model)}\n\n${table(rows, 3)}\n` +
    "FLOPs and bytes are of one sample's inference: arithmetic, and weights with the layer's output.\n" +
    `parameters    ${count(parameters.trainable)} trained${other}\n` +
    `peak memory   ${count(peakBytes)} bytes (${(peakBytes / 2 ** 20).toFixed(1)} MiB) at batch ${batch} on ${threads} ${threads === 1 ? "thread" : "threads"}, allocated once; the data set is apart\n` +
    `kernels       ${kernels.after} in one training step; ${kernels.before} before fusion\n`
  );
}

export async function summary(file: string, flags: CompileFlags & { readonly json?: boolean }): Promise<ExitCode> {
  const options = compileOptions(flags);
  const loaded = await load(file, (sources) => summarize(sources, { threads: availableParallelism(), ...options }));
  if ("problem" in loaded) throw usageError(loaded.problem);
  const { diagnostics, result: found, texts } = loaded.ok;
  showDiagnostics(withoutHints(diagnostics), new Map([...texts, ...settingTexts(flags.set)]));
  if (found.summary === undefined) return exitFor(diagnostics);
  result(flags.json === true ? `${JSON.stringify(found.summary)}\n` : summaryText(found.summary));
  return EXIT.fine;
}
