// The whole journey: texts → a trainer's files, or one stage of the way as text. The parts after the checker load only
// when needed, so that checking starts fast.

import { diagnose } from "../diagnostics/catalogue.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { LowerRequest } from "../lower/lower.ts";
import type { CheckedSources } from "./check.ts";
import { batchOf, checkChosen, isWhole, requested } from "./choice.ts";
import type { CompileOptions, CompileResult, EmitStage, Sources } from "./options.ts";
import { withRateTest } from "./rates.ts";
import type { TrainedRequest } from "./trainer.ts";
import { withoutTraining } from "./untrained.ts";

export interface Compiled extends CompileResult {
  /** The data source of the training, if there is one: `mnist`. */
  readonly source?: string;
}

const isError = ({ severity }: Diagnostic): boolean => severity === "error";

/** Prints a stage before lowering. */
async function earlyStage(stage: "ast" | "model", checked: CheckedSources, entry: string): Promise<string> {
  if (stage === "ast") {
    const tree = checked.files.get(entry);
    const { printTree } = await import("../syntax/print.ts");
    return tree === undefined ? "" : printTree(tree);
  }
  const { printModel } = await import("../check/print.ts");
  return printModel(checked.program);
}

/** Prints a stage from lowering on. */
async function graphStage(
  stage: Exclude<EmitStage, "ast" | "model">,
  request: LowerRequest,
  batch: number,
  options: CompileOptions,
): Promise<string> {
  const { printModule } = await import("../ir/text.ts");
  const ops = (await import("../lower/lower.ts")).lower(request);
  if (stage === "ops") return printModule(ops);
  const { loopTargetNamed, scheduled, targetNamed, targets } = await import("./targets.ts");
  if (stage === "prims" && targetNamed(options.target)?.kind === "calls")
    return printModule((await import("../passes/index.ts")).toWholePrims(ops));
  // Only one target has WAT.
  const target = stage === "wat" ? targets.wasm : loopTargetNamed(options.target);
  const { prims, loops } = await scheduled(ops, target, batch, options);
  if (stage === "prims") return printModule(prims);
  if (stage === "loops") return (await import("../ir/loopText.ts")).printLoops(loops);
  return (await import("../targets/wasm/forms.ts")).printWat(loops);
}

/** Returns the training as the tool that the options ask for, if they do. */
async function toolOf(trained: TrainedRequest, { tool }: CompileOptions): Promise<TrainedRequest> {
  if (tool === "examine") return (await import("./predictor.ts")).examinerOf(trained);
  if (tool === "written") return (await import("./predictor.ts")).writtenOf(trained);
  if (tool === "damage") return { ...trained, tool, rows: trained.dataset, probe: true };
  if (tool === "rates") return { ...trained, tool, training: withRateTest(trained.training) };
  return tool === undefined ? trained : { ...trained, tool };
}

/**
 * Compiles a program. `missing` names imports to load before the next call; with missing imports or errors, there are no
 * outputs. Otherwise they are `package.json`, `train.ts` and `train.js`, or the text of the stage that `emit` names, under
 * the stage's name. Never throws because of the content of a text.
 */
export async function compile(sources: Sources, options: CompileOptions): Promise<Compiled> {
  const checked = checkChosen(sources, options);
  const { missing, unread } = checked;
  const done = (outputs: ReadonlyMap<string, string>, more: readonly Diagnostic[] = []): Compiled => ({
    diagnostics: [...checked.diagnostics, ...more],
    missing,
    ...(unread === undefined ? {} : { unread }),
    outputs,
  });
  const nothing = new Map<string, string>();
  const { emit } = options;
  if (!isWhole(sources, checked)) return done(nothing);
  if (emit === "ast") return done(new Map([[emit, await earlyStage(emit, checked, sources.entry)]]));
  if (checked.diagnostics.some(isError)) return done(nothing);
  if (emit === "model") return done(new Map([[emit, await earlyStage(emit, checked, sources.entry)]]));

  const found = await requested(checked, sources.entry, options);
  if ("diagnostic" in found) return done(nothing, [found.diagnostic]);
  const { request } = found;
  const batch = batchOf(request, options);
  if (emit !== undefined) return done(new Map([[emit, await graphStage(emit, request, batch, options)]]));
  const { training, dataset } = request;
  if (options.predictor === true) {
    const asked = (await import("./predictor.ts")).predictorOf(request, options);
    if (asked !== undefined) {
      const made = await (await import("./trainer.ts")).emitTrainer(sources, asked, options);
      return { ...done(made.outputs, made.diagnostics), source: asked.dataset.source.name };
    }
  }
  if (options.mustTrain === true && training === undefined) {
    const { name, span } = request.model;
    const missing =
      options.predictor === true ? ({ kind: "rows" } as const) : ({ kind: "training", model: name } as const);
    return done(nothing, [diagnose({ code: "NN010", span, owner: { kind: "model", name }, missing })]);
  }
  const { emitTrainer } = await import("./trainer.ts");
  if (training === undefined || dataset === undefined) {
    const made = await emitTrainer(sources, withoutTraining(request, options), options);
    return done(made.outputs, made.diagnostics);
  }
  const trained = { ...request, training, dataset };
  const { outputs, diagnostics } = await emitTrainer(sources, await toolOf(trained, options), options);
  return { ...done(outputs, diagnostics), source: dataset.source.name };
}
