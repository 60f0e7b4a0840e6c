// `nnc explain-plan FILE`: lists the kernels of a program, with the arithmetic and the moved bytes of each.

import { safeText, shorten } from "../../diagnostics/render/displayText.ts";
import { explainPlan, type Plan, type PlannedFunction } from "../../driver/plan.ts";
import { load } from "../../host/load.ts";
import { type CompileFlags, compileOptions } from "../compiled.ts";
import { EXIT, type ExitCode, usageError } from "../exit.ts";
import { exitFor, jsonLine, result, settingTexts, showDiagnostics, withoutHints } from "../output.ts";
import { count, table } from "../table.ts";

const widestName = 48;
const intensityText = (value: number): string => value.toFixed(value < 10 ? 2 : 1);

function functionText({ name, kernels, flops, bytes }: PlannedFunction): string {
  const rows = [
    [name, "line", "FLOPs", "bytes", "FLOPs/byte", "share"],
    ...kernels.map((kernel) => [
      shorten(safeText(kernel.name.replace(`${name}_`, "")), widestName),
      kernel.line === undefined ? "" : String(kernel.line),
      count(kernel.flops),
      count(kernel.bytes),
      intensityText(kernel.intensity),
      `${((100 * kernel.flops) / Math.max(1, flops)).toFixed(1)} %`,
    ]),
    ["total", "", count(flops), count(bytes), intensityText(flops / Math.max(1, bytes)), ""],
  ];
  return table(rows, 1);
}

export const planText = ({ model, target, batch, functions }: Plan): string =>
  `${safeText(model)}, target ${target}, batch ${batch}\n\n${functions.map(functionText).join("\n")}\n` +
  "FLOPs and bytes are for a whole batch. Memory bounds a kernel with few FLOPs per byte.\n";

export async function explainPlanCommand(
  file: string,
  flags: CompileFlags & { readonly json?: boolean },
): Promise<ExitCode> {
  if (flags.target === "tfjs")
    throw usageError("target tfjs has no kernels of its own: TensorFlow.js plans its operations");
  const loaded = await load(file, (sources) => explainPlan(sources, compileOptions(flags)), new Map(), flags.data);
  if ("problem" in loaded) throw usageError(loaded.problem);
  const { diagnostics, result: found, texts } = loaded.ok;
  showDiagnostics(withoutHints(diagnostics), new Map([...texts, ...settingTexts(flags.set)]));
  if (found.plan === undefined) return exitFor(diagnostics);
  result(flags.json === true ? jsonLine(found.plan) : planText(found.plan));
  return EXIT.fine;
}
