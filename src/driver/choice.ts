// Finds the model that a command is about, its training, and the diagnostics that concern them. It leaves out what other
// models of the program lack.

import { defaultBatch } from "../base/ranges.ts";
import type { CheckedTraining } from "../check/model.ts";
import { diagnose } from "../diagnostics/catalogue.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { LowerRequest } from "../lower/lower.ts";
import { type CheckedSources, checkEverything, withNeedsOf } from "./check.ts";
import type { CheckResult, CompileOptions, Sources } from "./options.ts";

/** The choice of a training, and the settings that override its own. */
type TrainingOptions = Pick<CompileOptions, "training" | "batch" | "epochs" | "seed">;

/** Returns the name of the model that the options name, else of the first training, else of the first model. */
function modelNamed(checked: CheckedSources, entry: string, { training }: TrainingOptions): string | undefined {
  if (training !== undefined) return training;
  const declarations = checked.files.get(entry)?.declarations ?? [];
  const train = declarations.find((declaration) => declaration.kind === "train");
  const model = declarations.find((declaration) => declaration.kind === "model");
  return train?.model.text ?? model?.name.text;
}

/** Checks a program as `checkProgram` does, for the model that the options name: what others lack is no problem. */
export function checkChosen(sources: Sources, options: TrainingOptions & Pick<CompileOptions, "set">): CheckedSources {
  const checked = checkEverything(sources, options);
  const chosen = modelNamed(checked, sources.entry, options);
  return withNeedsOf(checked, ({ model }) => model === chosen);
}

/** Returns the number of samples of a batch. */
export const batchOf = ({ training }: LowerRequest, { batch }: TrainingOptions): number =>
  training?.batch ?? batch ?? defaultBatch;

/** Returns the training with the settings of the options. */
function withOptions(training: CheckedTraining, { batch, epochs, seed }: TrainingOptions): CheckedTraining {
  return {
    ...training,
    ...(batch === undefined ? {} : { batch }),
    ...(epochs === undefined ? {} : { epochs }),
    ...(seed === undefined ? {} : { seed }),
  };
}

/** Returns the model and training that the options name; a diagnostic where the program has none. */
export async function requested(
  checked: CheckedSources,
  entry: string,
  options: TrainingOptions,
): Promise<{ readonly request: LowerRequest } | { readonly diagnostic: Diagnostic }> {
  const { lowerRequest } = await import("../lower/lower.ts");
  const { models, needs } = checked.program;
  const span = checked.files.get(entry)?.span ?? { file: entry, start: 0, end: 0 };
  const start = { ...span, end: span.start };
  const wanted = options.training;
  if (wanted !== undefined && !models.some((model) => model.name === wanted)) {
    const nearest = [...new Set([...models.map(({ name }) => name), ...needs.map(({ model }) => model)])];
    return { diagnostic: diagnose({ code: "NN002", span: start, what: "model", name: wanted, nearest }) };
  }
  const request = lowerRequest(checked.program, modelNamed(checked, entry, options));
  if (request === undefined)
    return { diagnostic: diagnose({ code: "NN010", span: start, owner: "program", missing: "model" }) };
  const { training } = request;
  return { request: training === undefined ? request : { ...request, training: withOptions(training, options) } };
}

/** Whether all that the check asks for is there: imports, and the columns of files. Without a host nobody reads files. */
export const isWhole = ({ schemas }: Sources, { missing, unread = [] }: CheckResult): boolean =>
  missing.length === 0 && (schemas === undefined || unread.length === 0);

/** Whether a checked program may be compiled: it is whole, and has no errors. */
export const isReady = (sources: Sources, checked: CheckResult): boolean =>
  isWhole(sources, checked) && !checked.diagnostics.some(({ severity }) => severity === "error");
